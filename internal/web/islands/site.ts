// What every page has. The pages are complete without any of it.
import "./inplace";
import "./live";
import "./compose";
import "./menu";
import "./zone";
