// A button data-copy takes what its field says. It is shown where that works; without
// script the field can be selected.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
	const field = document.getElementById(button.dataset.copy ?? "");
	const writable = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
	if (!navigator.clipboard || !writable || !button.parentElement) continue;
	button.parentElement.hidden = false;
	button.addEventListener("click", async () => {
		field.select();
		await navigator.clipboard.writeText(field.value);
		button.textContent = button.dataset.done ?? "";
	});
}
