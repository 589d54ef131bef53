// Likes, shares and bookmarks without the page jumping.
//
// A form with data-part="id" is sent in the background, with the header
// Goodturn-Part: id. The answer is that part alone or a whole page that has it;
// the element with that id is exchanged. A form with data-removes="selector"
// takes its closest such element away once it was accepted. Whatever goes wrong,
// the form is sent as it would have been without script.

import { keep, say } from "./stays";

document.addEventListener("submit", (event) => {
	const form = event.target as HTMLFormElement;
	if (!form.dataset.part && !form.dataset.removes) return;
	event.preventDefault();
	void send(form, event.submitter as HTMLButtonElement | null);
});

async function send(form: HTMLFormElement, button: HTMLButtonElement | null) {
	if (form.getAttribute("aria-busy") === "true") return;
	form.setAttribute("aria-busy", "true");
	const part = form.dataset.part ?? "";
	try {
		// Names of fields shadow a form's own properties, so the attributes are read.
		const url = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
		const body = new URLSearchParams();
		new FormData(form, button).forEach((value, name) => body.append(name, String(value)));
		const answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html", "Goodturn-Part": part } });
		if (!answer.ok) throw new Error(answer.statusText);
		if (form.dataset.removes) {
			form.closest(form.dataset.removes)?.remove();
			return;
		}
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const fresh = page.getElementById(part);
		const old = document.getElementById(part);
		if (fresh && old) {
			const again = button?.dataset.do;
			say(old, fresh);
			if (again === "like") old.querySelectorAll("[data-stays]").forEach((offer) => offer.remove()); // it brings its own, or none
			keep(old, fresh);
			old.replaceWith(fresh);
			if (again) fresh.querySelector<HTMLElement>(`[data-do="${again}"]`)?.focus();
		} else if (answer.redirected) {
			location.assign(answer.url); // to sign in, most likely
		} else {
			throw new Error("the answer lacks " + part);
		}
	} catch {
		delete form.dataset.part;
		delete form.dataset.removes;
		form.requestSubmit(button);
	} finally {
		form.removeAttribute("aria-busy");
	}
}
