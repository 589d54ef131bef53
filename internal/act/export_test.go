package act

// Load is an act whoever is asking, also one that was withdrawn.
var Load = load
