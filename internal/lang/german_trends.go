package lang

// germanTrends: what moves people today, and why.
var germanTrends = map[string]string{
	"%d likes and shares. They count half as much every six hours.":          "%d Mal gemocht und geteilt. Das zählt alle sechs Stunden nur noch halb so viel.",
	"%d people in the last 24 hours, and hardly anybody in the days before.": "%d Menschen in den letzten 24 Stunden, und in den Tagen davor kaum jemand.",
	"%d people in the last 24 hours, where %d a day are usual.":              "%d Menschen in den letzten 24 Stunden; üblich sind %d am Tag.",
}
