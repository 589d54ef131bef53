package lang

// germanProblems is for the sentences of package problem, wherever they are made.
var germanProblems = map[string]string{}
