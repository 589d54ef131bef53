// Package journey holds the tests that walk Goodturn's main job as people do:
// in a real browser (Chromium), on a whole server, several people at once, with
// script and without. Every page that they come by is looked over, too: see
// page.js. There is nothing here but tests.
//
// With GOODTURN_TEST_PICTURES=folder each new page is pictured there, narrow and
// wide, light and dark; without it, the page on which a journey failed is, in
// the test's own folder if GOODTURN_TEST_PICTURES is not set.
package journey
