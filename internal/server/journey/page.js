// What a person does and sees on a page. The browser runs it even where pages
// may not run script.
(() => {
	const words = (element) => (element.getAttribute("aria-label") ?? element.innerText ?? "").replace(/\s+/g, " ").trim();
	const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
	const part = (within) => {
		const found = document.querySelector(within || "body");
		if (!found) throw new Error(`there is no ${within}`);
		return found;
	};

	/** Where to click for the button or link with these words. */
	function spot(within, text) {
		const all = [...part(within).querySelectorAll("a[href], button, summary, input[type=checkbox], input[type=radio]")].filter(shown);
		const element = text === "" ? all[0] : (all.find((e) => words(e) === text) ?? all.find((e) => words(e).startsWith(text)));
		if (!element) throw new Error(`there is no “${text}” in ${within || "the page"}; there is: ${all.map(words).join(" | ")}`);
		element.scrollIntoView({ block: "center", behavior: "instant" });
		const { x, y, width, height } = element.getClientRects()[0];
		const at = { x: x + width / 2, y: y + height / 2 };
		const top = document.elementFromPoint(at.x, at.y);
		if (!element.contains(top)) throw new Error(`“${text}” lies beneath ${top?.outerHTML.slice(0, 120)}`);
		return at;
	}

	/** Opens what a control is folded into, as its reader would. */
	function control(within, name) {
		const found = [...part(within).querySelectorAll(`[name="${name}"]:not([type=hidden])`)];
		if (found.length === 0) throw new Error(`there is no field ${name} in ${within || "the page"}`);
		for (const element of found) for (let e = element.closest("details"); e; e = e.parentElement.closest("details")) e.open = true;
		return found;
	}

	function fill(within, name, value) {
		const [element] = control(within, name);
		element.focus();
		element.value = value;
		if (element.value !== value) throw new Error(`${name} does not take “${value}”`);
		element.dispatchEvent(new Event("input", { bubbles: true }));
		element.dispatchEvent(new Event("change", { bubbles: true }));
	}

	/** Ticks the box or radio button with that value, or with a label that begins so. */
	function tick(within, name, choice) {
		const all = control(within, name);
		const label = (e) => e.labels[0]?.textContent.trim() ?? "";
		const element = all.find((e) => e.value === choice) ?? all.find((e) => label(e).startsWith(choice));
		if (!element) throw new Error(`${name} cannot be “${choice}”; it can be: ${all.map(label).join(" | ")}`);
		element.click();
	}

	const text = (within) => (part(within).textContent ?? "").replace(/\s+/g, " ");
	const value = (within, name) => control(within, name)[0].value;

	/** Where the links of a part lead, a line each. */
	const links = (within) => [...part(within).querySelectorAll("a[href]")].map((a) => a.href.baseVal ?? a.href).join("\n");

	/** What is in a field to be copied from. */
	const written = (field) => part(field).value;

	/** Browsers drop clicks on a page that nobody has seen yet. */
	const painted = () => performance.getEntriesByType("paint").length > 0;

	/** What is wrong with the page for those who read it otherwise, or on a phone. */
	function faults() {
		const out = [];
		const one = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
		const root = document.documentElement;
		if (root.scrollWidth > root.clientWidth) {
			const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
			out.push(`it scrolls sideways: ${root.scrollWidth} px in ${root.clientWidth}, for ${wide.slice(-1).map(one)}`);
		}
		if (document.querySelectorAll("h1").length !== 1) out.push(`it has ${document.querySelectorAll("h1").length} h1`);
		if (!root.lang) out.push("its language is not said");
		if (!document.title) out.push("it has no title");
		for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
			if (![...(e.labels ?? [])].some((l) => l.textContent.trim()) && !e.getAttribute("aria-label")) out.push(`a field without a label: ${one(e)}`);
		}
		for (const e of document.querySelectorAll("a[href], button, summary")) {
			const named = e.textContent.trim() || e.getAttribute("aria-label") || e.querySelector("img[alt]:not([alt=''])");
			if (!named) out.push(`a control without words: ${one(e)}`);
		}
		for (const e of document.querySelectorAll("img:not([alt])")) out.push(`a picture without alt: ${one(e)}`);
		const ids = new Set();
		for (const { id } of document.querySelectorAll("[id]")) {
			if (ids.has(id)) out.push(`the id ${id} twice`);
			ids.add(id);
		}
		for (const e of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
			for (const to of `${e.getAttribute("aria-labelledby") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`.split(" ").filter(Boolean)) {
				if (!ids.has(to)) out.push(`nothing has the id ${to}, for ${one(e)}`);
			}
		}
		return out;
	}

	return { spot, fill, tick, text, value, links, written, painted, faults };
})()
