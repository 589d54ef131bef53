// Writing a post: how much room is left, one picture's row after the other, and
// a word when a picture has no description.

for (const form of document.querySelectorAll<HTMLFormElement>("[data-compose]")) {
	count(form);
	pictures(form);
}

function count(form: HTMLFormElement) {
	const text = form.querySelector("textarea");
	if (!text) return;
	const most = text.maxLength;
	const left = document.createElement("p");
	left.className = "compose-count";
	left.hidden = true;
	text.after(left);
	text.addEventListener("input", () => {
		const rest = most - [...text.value].length;
		left.hidden = rest > most * 0.4;
		left.textContent = (text.dataset.count ?? "{n}").replace("{n}", String(rest));
		left.classList.toggle("compose-count-low", rest < 20);
	});
}

function pictures(form: HTMLFormElement) {
	const rows = [...form.querySelectorAll<HTMLElement>(".compose-file")];
	const file = (row: HTMLElement) => row.querySelector<HTMLInputElement>("input[type=file]")!;
	const alt = (row: HTMLElement) => row.querySelector<HTMLInputElement>("input[type=text]")!;
	const filled = (row: HTMLElement) => (file(row).files?.length ?? 0) > 0;

	const show = () => rows.forEach((row, i) => (row.hidden = i > 0 && !filled(row) && !filled(rows[i - 1])));
	rows.forEach((row) => {
		file(row).addEventListener("change", show);
		alt(row).addEventListener("input", () => alt(row).setCustomValidity(""));
	});
	show();

	// Asked once for each picture; who sends it again has decided.
	const asked = new Set<HTMLElement>();
	form.addEventListener("submit", (event) => {
		const row = rows.find((row) => filled(row) && alt(row).value.trim() === "" && !asked.has(row));
		if (!row) return;
		event.preventDefault();
		asked.add(row);
		alt(row).setCustomValidity(row.dataset.altMissing ?? "");
		alt(row).reportValidity();
		alt(row).setCustomValidity("");
	});
}
