/*! Contains d3-hierarchy, d3-shape and d3-path. Copyright 2010-2023 Mike Bostock, ISC licence. */

// Exploring a ripple: a click puts an act in the middle and fetches what lies
// beneath it; arrow keys walk the tree; the drawing can be brought closer. The
// first drawing comes from the server, laid out as here (internal/web/look
// ripple.go), so that nothing jumps.
import { hierarchy, partition, type HierarchyRectangularNode } from "d3-hierarchy";
import { linkRadial } from "d3-shape";

interface Act {
	id?: string;
	say?: string;
	url?: string;
	proof?: string;
	moved: number;
	acts: number;
	children?: Act[];
	more?: number;
	by_generation?: number[];
}

type Place = HierarchyRectangularNode<Act>;

const ringWidth = 44;
const maxDrawn = 180;
const maxDepth = 5;
const gap = 0.3;
const svgNamespace = "http://www.w3.org/2000/svg";

class Explorer {
	private readonly figure: HTMLElement;
	private readonly svg: SVGSVGElement;
	private readonly rings: Element;
	private readonly links: Element;
	private readonly dots: Element;
	private readonly words: string[];
	private readonly view: View;
	private readonly tip = element("div", "ripple-tip");
	private readonly said = element("p", "ripple-say");
	private readonly home: HTMLButtonElement;
	private root: string;
	private acts = new Map<string, Place>();

	constructor(figure: HTMLElement) {
		this.figure = figure;
		this.svg = figure.querySelector("svg")!;
		this.rings = this.svg.querySelector(".ripple-rings")!;
		this.links = this.svg.querySelector(".ripple-links")!;
		this.dots = this.svg.querySelector(".ripple-dots")!;
		this.words = (figure.dataset.words ?? "").split("|");
		this.root = figure.dataset.root ?? "";
		const [closer, further, middle] = this.words;
		this.view = new View(this.svg);
		const tools = element("div", "ripple-tools");
		tools.append(button("+", closer, () => this.view.zoom(1.5)), button("−", further, () => this.view.zoom(1 / 1.5)));
		this.home = button("◎", middle, () => void this.visit(this.figure.dataset.root ?? ""));
		this.home.hidden = true;
		tools.append(this.home);
		this.tip.hidden = true;
		this.tip.setAttribute("aria-hidden", "true"); // the dot's own name says the same
		this.said.setAttribute("role", "status");
		this.svg.after(this.said);
		figure.append(tools, this.tip);
	}

	async start() {
		this.dots.addEventListener("click", (event) => this.clicked(event as MouseEvent));
		this.dots.addEventListener("keydown", (event) => this.walk(event as KeyboardEvent));
		for (const kind of ["pointerover", "focusin"]) this.dots.addEventListener(kind, (event) => this.point(event.target as Element));
		for (const kind of ["pointerout", "focusout"]) this.dots.addEventListener(kind, () => this.point(null));
		this.rove(this.dots.querySelector("a"));
		const names = this.figure.dataset.on;
		if (names) {
			const listener = () => this.visit(this.root, true);
			document.dispatchEvent(new CustomEvent("goodturn:listen", { detail: { names, listener } }));
		}
		const act = await this.fetch(this.root);
		if (act) this.lay(act); // the drawing is already there; now it is known
	}

	private async fetch(root: string): Promise<Act | null> {
		const url = new URL(this.figure.dataset.ripple!, location.href);
		if (root) url.searchParams.set("root", root);
		try {
			const answer = await fetch(url, { headers: { Accept: "application/json" } });
			return answer.ok ? await answer.json() : null;
		} catch {
			return null;
		}
	}

	/** Puts an act in the middle ("" is the whole movement); fresh: new acts light up. */
	private async visit(root: string, fresh = false) {
		const [, , , open, looking, failed] = this.words;
		if (!fresh) this.said.textContent = looking;
		const act = await this.fetch(root);
		if (!act) {
			if (!fresh) this.said.textContent = failed;
			return;
		}
		const before = new Set(this.acts.keys());
		const focused = (document.activeElement as Element | null)?.closest<SVGAElement>(".ripple-dots a")?.dataset.id;
		this.root = root;
		this.draw(this.lay(act), fresh ? before : null);
		this.home.hidden = root === (this.figure.dataset.root ?? "");
		if (focused) (this.dot(focused) ?? this.dots.querySelector<SVGAElement>("a"))?.focus();
		if (fresh) return;
		this.view.reset();
		this.said.textContent = act.say ? act.say + " " : "";
		if (act.url && act.say) {
			const link = element("a", "");
			link.href = act.url;
			link.textContent = open;
			this.said.append(link);
		}
	}

	/** Places acts on rings by generation, each on an arc as wide as its ends. */
	private lay(act: Act): Place[] {
		const top = prune(act);
		const tree = hierarchy(top).count();
		const size = (angle: number) => gap + angle * (2 * Math.PI - 2 * gap);
		const places = partition<Act>()(tree).descendants();
		for (const place of places) {
			place.x0 = size(place.x0);
			place.x1 = size(place.x1);
		}
		this.acts = new Map(places.filter((place) => place.data.id).map((place) => [place.data.id!, place]));
		return places;
	}

	private draw(places: Place[], before: Set<string> | null) {
		const middle = places[0];
		const path = linkRadial<unknown, Place>().angle(angle).radius(radius);
		const rings: Element[] = [];
		const perRing = middle.data.by_generation ?? [];
		for (let ring = 1; ring <= middle.height; ring++) {
			rings.push(shape("circle", { r: ring * ringWidth }));
			const number = perRing[middle.data.id ? ring : ring - 1];
			if (number) rings.push(ringNumber(number, ring * ringWidth));
		}
		if (!middle.data.id) rings.push(shape("circle", { class: "drop", r: 5 }));
		this.rings.replaceChildren(...rings);
		const drawn = places.filter((place) => place.data.id);
		this.links.replaceChildren(
			...drawn.filter((place) => place.parent?.data.id).map((place) => shape("path", { d: path({ source: place.parent!, target: place }) ?? "", "data-id": place.data.id! })),
		);
		this.dots.replaceChildren(...drawn.map((place) => this.drawDot(place, before !== null && !before.has(place.data.id!))));
		this.rove(this.dots.querySelector("a"));
		this.view.fit(Math.max(1, middle.height) * ringWidth + 22);
	}

	private drawDot(place: Place, fresh: boolean): Element {
		const { id, say, url, proof, moved } = place.data;
		const link = shape("a", { "data-id": id ?? "", "aria-label": say ?? "" });
		if (url) link.setAttribute("href", url); // one that the reader may not see leads nowhere
		if (fresh) link.setAttribute("class", "new");
		const [x, y] = xy(place);
		link.append(shape("circle", { class: "dot-" + proof, cx: x, cy: y, r: Math.min(13, 3 + Math.sqrt(moved) * 0.9) }));
		return link;
	}

	/** A click looks beneath an act that has something beneath it; else it opens it. */
	private clicked(event: MouseEvent) {
		const id = (event.target as Element).closest<SVGAElement>("a")?.dataset.id;
		const act = id && this.acts.get(id)?.data;
		if (!act || act.acts === 0 || id === this.root) return;
		if (event.metaKey || event.ctrlKey || event.shiftKey) return;
		event.preventDefault();
		void this.visit(id);
	}

	private walk(event: KeyboardEvent) {
		const here = (event.target as Element).closest<SVGAElement>("a");
		const place = here && this.acts.get(here.dataset.id ?? "");
		if (!place) return;
		const ring = [...this.acts.values()].filter((other) => other.depth === place.depth);
		const i = ring.indexOf(place);
		const next: Record<string, Place | null | undefined> = {
			ArrowRight: ring[(i + 1) % ring.length],
			ArrowLeft: ring[(i - 1 + ring.length) % ring.length],
			ArrowUp: place.parent,
			ArrowDown: place.children?.[0],
		};
		if (!(event.key in next)) return;
		event.preventDefault();
		const dot = next[event.key]?.data.id && this.dot(next[event.key]!.data.id!);
		if (!dot) return;
		this.rove(dot);
		dot.focus();
	}

	/** One dot is in the tab order; the arrow keys reach the others. */
	private rove(to: Element | null) {
		for (const dot of this.dots.children) dot.setAttribute("tabindex", dot === to ? "0" : "-1");
	}

	private dot(id: string): SVGAElement | null {
		return this.dots.querySelector<SVGAElement>(`a[data-id="${CSS.escape(id)}"]`);
	}

	/** Shows an act's name beside it, and lights the way that it came. */
	private point(target: Element | null) {
		const dot = target?.closest<SVGAElement>("a");
		this.tip.hidden = !dot;
		const way = new Set(dot ? (this.acts.get(dot.dataset.id ?? "")?.ancestors() ?? []).map((place) => place.data.id ?? null) : []);
		for (const link of this.links.children) link.classList.toggle("lit", way.has((link as SVGElement).dataset.id ?? ""));
		if (!dot) return;
		this.tip.textContent = dot.getAttribute("aria-label") || dot.textContent!.trim();
		const box = dot.getBoundingClientRect();
		const frame = this.figure.getBoundingClientRect();
		// Set through the object model, which the policy on styles allows.
		const left = Math.min(box.right - frame.left + 8, frame.width - this.tip.offsetWidth);
		this.tip.style.left = Math.max(0, left) + "px";
		this.tip.style.top = Math.max(0, box.top - frame.top - this.tip.offsetHeight - 6) + "px";
	}
}

/** The part of the drawing that is in sight: zoom by wheel, pinch or buttons, pan by dragging. */
class View {
	private readonly svg: SVGSVGElement;
	private x = 0;
	private y = 0;
	private scale = 1;
	private size: number;
	private fingers = new Map<number, PointerEvent>();

	constructor(svg: SVGSVGElement) {
		this.svg = svg;
		this.size = svg.viewBox.baseVal.width / 2;
		svg.addEventListener("wheel", (event) => {
			if (!event.ctrlKey && !event.metaKey) return; // else the page scrolls
			event.preventDefault();
			this.zoom(Math.exp(-event.deltaY / 200));
		}, { passive: false });
		svg.addEventListener("pointerdown", (event) => this.fingers.set(event.pointerId, event));
		for (const kind of ["pointerup", "pointercancel", "pointerleave"] as const) svg.addEventListener(kind, (event) => this.fingers.delete(event.pointerId));
		svg.addEventListener("pointermove", (event) => this.move(event));
	}

	fit(size: number) {
		this.size = size;
		this.apply();
	}

	reset() {
		this.x = this.y = 0;
		this.scale = 1;
		this.apply();
	}

	zoom(by: number) {
		this.scale = Math.min(8, Math.max(1, this.scale * by));
		this.apply();
	}

	private move(event: PointerEvent) {
		const before = this.fingers.get(event.pointerId);
		if (!before) return;
		this.fingers.set(event.pointerId, event);
		const [a, b] = [...this.fingers.values()];
		if (b) {
			const other = a.pointerId === event.pointerId ? b : a;
			this.zoom(apart(event, other) / Math.max(1, apart(before, other)));
			return;
		}
		if (this.scale === 1) return;
		const unit = (2 * this.size) / this.scale / this.svg.clientHeight;
		this.x -= (event.clientX - before.clientX) * unit;
		this.y -= (event.clientY - before.clientY) * unit;
		this.apply();
	}

	private apply() {
		const half = this.size / this.scale;
		const room = this.size - half;
		this.x = Math.min(room, Math.max(-room, this.x));
		this.y = Math.min(room, Math.max(-room, this.y));
		this.svg.setAttribute("viewBox", [this.x - half, this.y - half, 2 * half, 2 * half].join(" "));
		this.svg.classList.toggle("near", this.scale > 1);
	}
}

function apart(a: PointerEvent, b: PointerEvent) {
	return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}

/** Keeps what fits one eyeful, generation by generation, as the server does. */
function prune(act: Act): Act {
	let left = maxDrawn - (act.id ? 1 : 0);
	const copy = (from: Act): Act => ({ ...from, children: [] });
	const top = copy(act);
	let level: [Act, Act][] = [[act, top]];
	for (let depth = act.id ? 1 : 0; depth < maxDepth && level.length > 0; depth++) {
		const next: [Act, Act][] = [];
		for (const [from, to] of level) {
			for (const child of (from.children ?? []).slice(0, left)) {
				left--;
				const kept = copy(child);
				to.children!.push(kept);
				next.push([child, kept]);
			}
		}
		level = next;
	}
	return top;
}

const angle = (place: Place) => (place.x0 + place.x1) / 2;
const radius = (place: Place) => place.depth * ringWidth;

function xy(place: Place): [number, number] {
	const turned = angle(place) - Math.PI / 2;
	return [radius(place) * Math.cos(turned), radius(place) * Math.sin(turned)];
}

function shape<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
	const made = document.createElementNS(svgNamespace, name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, typeof value === "number" ? String(Math.round(value * 10) / 10) : value);
	return made;
}

const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);

function ringNumber(number: number, radius: number): Element {
	const made = shape("text", { x: 0, y: 3.5 - radius, "aria-hidden": "true" });
	made.textContent = numbers.format(number);
	return made;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
	const made = document.createElement(name);
	made.className = className;
	return made;
}

function button(sign: string, label: string, press: () => void): HTMLButtonElement {
	const made = element("button", "");
	made.type = "button";
	made.textContent = sign;
	made.setAttribute("aria-label", label);
	made.title = label;
	made.addEventListener("click", press);
	return made;
}

for (const figure of document.querySelectorAll<HTMLElement>("[data-ripple]")) void new Explorer(figure).start();
