// A button data-copy takes what its field says, and the status behind it tells whether
// it did. It is shown where the browser knows how; without script the field can be
// selected, and where the browser refuses, it is.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
	const field = document.getElementById(button.dataset.copy ?? "");
	const writable = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
	const status = button.nextElementSibling as HTMLElement | null;
	if (!navigator.clipboard || !writable || !status || !button.parentElement) continue;
	button.parentElement.hidden = false;
	button.addEventListener("click", async () => {
		status.textContent = ""; // so that it is said again
		field.focus();
		field.select();
		const copied = await navigator.clipboard.writeText(field.value).then(
			() => true,
			() => false,
		);
		if (copied) button.focus();
		status.textContent = (copied ? status.dataset.done : status.dataset.refused) ?? "";
	});
}
