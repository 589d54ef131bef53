// Package journey holds the tests that walk Goodturn's main job as people do:
// in a real browser (Chromium), on a whole server, several people at once, with
// script and without. Every page that they come by is looked over, too: see
// page.js for what a page must be, and watch for what a browser complains of.
// There is nothing here but tests.
//
// The page on which a journey failed is pictured in the test's artifacts (kept
// with go test -artifacts). With GOODTURN_TEST_PICTURES=folder it is there, beside
// every page that was visited: narrow and wide, light and dark.
package journey
