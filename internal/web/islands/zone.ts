// Times in the reader's own zone: a page cannot know it, their browser does.
//
// A field data-zone takes the browser's zone, and the field data-at of the same
// form, whose value is a time in UTC, is written anew in it.

for (const zone of document.querySelectorAll<HTMLInputElement>("input[data-zone]")) {
	const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
	if (!here) continue;
	zone.value = here;
	const at = zone.form?.querySelector<HTMLInputElement>("input[data-at]");
	if (at) at.value = local(new Date(at.dataset.at ?? ""));
}

/** A time as a field of type datetime-local has it. */
function local(at: Date) {
	const two = (n: number) => String(n).padStart(2, "0");
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
