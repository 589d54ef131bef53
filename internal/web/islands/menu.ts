// Menus are <details>; here they close as menus do.

function close(except: EventTarget | null) {
	for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
		if (!(except instanceof Node) || !menu.contains(except)) menu.open = false;
	}
}

document.addEventListener("click", (event) => close(event.target));

document.addEventListener("keydown", (event) => {
	if (event.key !== "Escape") return;
	const menu = document.activeElement?.closest<HTMLDetailsElement>("details.menu[open]");
	close(null);
	menu?.querySelector("summary")?.focus();
});
