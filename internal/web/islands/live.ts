// Live parts of a page.
//
// The page names its stream in <meta name="goodturn-stream">. An element with
// data-live="url" and data-live-on="names of events" is fetched again when one of
// them comes, and after the stream was away. Other islands hear of all events by
// onStream.

import { keep, say, twin } from "./stays";

type Listener = () => void;

const listeners = new Map<string, Set<Listener>>();
const returned = new Set<Listener>();

/** Calls back upon events with these names, and when some may have been missed. */
export function onStream(names: string, listener: Listener) {
	for (const name of names.split(/\s+/).filter(Boolean)) {
		const known = listeners.get(name) ?? new Set();
		listeners.set(name, known.add(listener));
	}
	returned.add(listener);
}

for (const element of document.querySelectorAll<HTMLElement>("[data-live]")) {
	onStream(element.dataset.liveOn ?? "", soon(() => refresh(element)));
}

document.addEventListener("goodturn:listen", (event) => {
	const { names, listener } = (event as CustomEvent<{ names: string; listener: Listener }>).detail;
	onStream(names, soon(listener));
});

// How long lies at least between two fetches of the same part. The stream says
// more where many listen.
let pace = 5_000;

/** One call for many in a row, at a moment that differs from reader to reader: soon
 * after the first, and then no more often than the pace. */
function soon(work: () => unknown): Listener {
	let waiting = false;
	let last = -Infinity;
	return () => {
		if (waiting) return;
		waiting = true;
		const wait = Math.max(80, last + pace - performance.now()) + Math.random() * 240;
		setTimeout(() => {
			waiting = false;
			last = performance.now();
			void work();
		}, wait);
	};
}

async function refresh(element: HTMLElement) {
	const writing = document.activeElement;
	if (writing?.matches("input, textarea, select") && element.contains(writing)) return;
	if (element.querySelector(".poll :checked")) return; // somebody is choosing
	try {
		const answer = await fetch(element.dataset.live ?? "", { headers: { Accept: "text/html" } });
		if (!answer.ok) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const fresh = (element.id && page.getElementById(element.id)) || page.body;
		const focused = document.activeElement;
		const inside = focused && element.contains(focused);
		const again = inside ? twin(focused, element, fresh) : null;
		if (inside && !again) {
			// Whoever is in what would be gone is left in peace.
			element.addEventListener("focusout", () => void refresh(element), { once: true });
			return;
		}
		say(element, fresh);
		keep(element, fresh);
		element.replaceChildren(...fresh.childNodes);
		again?.focus({ preventScroll: true });
	} catch {
		// The next event, or the stream's return, tries again.
	}
}

const longest = 60_000;

let source: EventSource | undefined;
let again = 0; // the timer of the next try

function connect(url: string, wait: number) {
	const here = (source = new EventSource(url));
	let late = wait > 0;
	here.onopen = () => {
		if (late) returned.forEach((listener) => listener());
		late = false;
		wait = 0;
		document.documentElement.dataset.stream = "open"; // so that a test knows when to begin
	};
	here.onerror = () => {
		late = true;
		delete document.documentElement.dataset.stream;
		if (here.readyState !== EventSource.CLOSED) return; // the browser tries again itself
		const next = Math.min(longest, (wait || 1000) * 2);
		again = setTimeout(() => connect(url, next), next * (0.5 + Math.random() / 2));
	};
	const hear = (name: string) => here.addEventListener(name, () => listeners.get(name)?.forEach((listener) => listener()));
	for (const name of listeners.keys()) hear(name);
	here.addEventListener("pace", (event) => {
		pace = Math.max(pace, Number((event as MessageEvent).data) || 0);
	});
}

const stream = document.querySelector<HTMLMetaElement>('meta[name="goodturn-stream"]')?.content;

if (stream) {
	// After the other modules of the page, which may still want to listen.
	addEventListener("load", () => connect(stream, 0));
	// A page that was left is kept by the browser for its back button, together with
	// its connection. Over HTTP/1.1 there are six: after as many pages none would be
	// left for the next one.
	addEventListener("pagehide", () => {
		clearTimeout(again);
		source?.close();
		delete document.documentElement.dataset.stream;
	});
	addEventListener("pageshow", (event) => {
		if (event.persisted) connect(stream, 1);
	});
}
