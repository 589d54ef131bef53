// A part of a page that is fetched again keeps what its reader did with it: what
// they unfolded, where they are with the keyboard, and what is said for this
// moment alone, such as the offer after a like (data-stays).

/** Moves what stays from a part of the page into the one that takes its place. */
export function keep(old: Element, fresh: Element) {
	for (const open of old.querySelectorAll<HTMLDetailsElement>("details[open]")) {
		const again = twin(open, old, fresh) as HTMLDetailsElement | null;
		if (again) again.open = true;
	}
	for (const stays of old.querySelectorAll("[data-stays]")) {
		const place = stays.parentElement?.id ?? "";
		const now = fresh.id === place ? fresh : fresh.querySelector(`[id="${CSS.escape(place)}"]`);
		if (now && !now.querySelector("[data-stays]")) now.append(stays);
	}
}

/** What stands in fresh where the element stands in old, if anything does. */
export function twin(element: Element, old: Element, fresh: Element): HTMLElement | null {
	const known = mark(element, old);
	return [...fresh.querySelectorAll<HTMLElement>(element.tagName)].find((other) => mark(other, fresh) === known) ?? null;
}

/** What an element is known by: the nearest id above it, and what it is for. */
function mark(element: Element, root: Element): string {
	let above = element.parentElement;
	while (above && above !== root && !above.id) above = above.parentElement;
	const purpose = element.id || element.getAttribute("data-do") || element.getAttribute("href") || element.getAttribute("name") || element.className || element.parentElement?.className;
	return [above === root ? "" : above?.id, purpose].join(" ");
}

/** Says aloud what came with a part of the page (data-say) and was not there before. */
export function say(old: Element, fresh: Element) {
	const all = (part: Element) => [...part.querySelectorAll<HTMLElement>("[data-say]")].map((element) => element.dataset.say ?? "");
	const before = new Set(all(old));
	const text = all(fresh).filter((words) => !before.has(words)).join(" ");
	const aloud = document.getElementById("aloud");
	if (text && aloud) aloud.textContent = text;
}
