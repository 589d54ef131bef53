// What is said for this moment alone, such as the offer after a like, is marked
// data-stays: it stays when the part of the page around it is fetched again.

/** Moves what stays from a part of the page into the one that takes its place. */
export function keep(old: Element, fresh: Element) {
	for (const stays of old.querySelectorAll("[data-stays]")) {
		const place = stays.parentElement?.id ?? "";
		const now = fresh.id === place ? fresh : fresh.querySelector(`[id="${CSS.escape(place)}"]`);
		if (now && !now.querySelector("[data-stays]")) now.append(stays);
	}
}
