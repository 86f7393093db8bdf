// The list of sequences: search, order, filter by metadata, tokens of the completion, copy.
class QuestionView {
    constructor(data) {
        this.data = data;
        this.element = document.getElementById(data.id);
        this.cards = data.cards.map(card => ({
            data: card,
            element: document.getElementById(data.id + "-s" + card.sequence),
            score: card.raw
        }));
        this.cards.forEach(view => {
            view.text = [...all("h5 bdi, .heat, .text", view.element).map(element => element.textContent),
                ...Object.entries(view.data.metadata).flat()].join(" ").toLowerCase();
            watchTokens(view);
            const copy = one(".copy", view.element);
            if (copy) copy.addEventListener("click", () => this.copy(view));
            const look = one(".look", view.element);
            if (look) look.addEventListener("click", () => this.look(view, look));
        });
        this.form = one("form.tools", this.element);
        all(".controls", this.element).forEach(control => { control.hidden = false; });
        this.watch();
    }

    watch() {
        const form = this.form;
        form.addEventListener("submit", event => event.preventDefault());
        const says = one(".kind-says", form);
        const kinds = all(".kinds input", form);
        const any = kind => this.cards.some(view => view.data[kind].length);
        kinds.forEach(input => {
            input.disabled = !any(input.value);
            input.addEventListener("change", () => {
                says.textContent = KINDS[input.value];
                this.cards.forEach(view => color(view, input.value));
            });
        });
        one(".kinds", form).hidden = !kinds.some(input => !input.disabled);
        says.textContent = KINDS.gradient;
        one(".search", form).addEventListener("input", () => this.filter());
        one(".sort", form).addEventListener("change", () => this.order());
        one(".hide-spurious", form).addEventListener("change", () => this.filter());
        this.watchMetadata();
        this.watchCompletion();
        this.filter();
    }

    watchMetadata() {
        const field = one(".field", this.form);
        const value = one(".value", this.form);
        const names = new Set(this.cards.flatMap(view => Object.keys(view.data.metadata)));
        [...names].sort().forEach(name => field.append(new Option(visible(name).slice(0, 60), name)));
        all("label.meta", this.form).forEach(label => { label.hidden = names.size === 0; });
        field.addEventListener("change", () => {
            value.length = 1;
            const has = Object.prototype.hasOwnProperty;
            const values = new Set(this.cards.map(view => view.data.metadata)
                .filter(data => has.call(data, field.value)).map(data => data[field.value]));
            [...values].sort().slice(0, 500).forEach(text => value.append(new Option(visible(text).slice(0, 60), text)));
            this.filter();
        });
        value.addEventListener("change", () => this.filter());
    }

    watchCompletion() {
        const chips = all(".chip:not(.all)", this.element);
        const update = () => {
            const chosen = chips.map(chip => chip.getAttribute("aria-pressed") === "true");
            const whole = chosen.every(Boolean);
            this.cards.forEach(view => {
                view.score = whole ? view.data.raw
                    : view.data.completion.reduce((sum, part, at) => sum + (chosen[at] ? part : 0), 0);
                one(".raw", view.element).textContent = number(view.score, true);
                one(".of-share", view.element).textContent = whole
                    ? (100 * view.data.share).toFixed(1) + " % of its sign" : "of " + number(view.data.raw, true) + " in all";
            });
            this.order();
            const count = chosen.filter(Boolean).length;
            say(whole ? "All tokens of the completion" : count + " of " + chips.length + " tokens of the completion");
        };
        chips.forEach(chip => chip.addEventListener("click", () => {
            chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
            update();
        }));
        const every = one(".chip.all", this.element);
        if (every) every.addEventListener("click", () => {
            chips.forEach(chip => chip.setAttribute("aria-pressed", "true"));
            update();
        });
    }

    order() {
        const by = one(".sort", this.form).value;
        const key = {
            score: view => -Math.abs(view.score),
            normalized: view => -Math.abs(view.data.normalized || 0),
            sparsity: view => -(view.data.sparsity || 0),
            length: view => -view.data.length,
            document: view => view.data.documents
        }[by];
        const lists = all(".list", this.element);
        const sorted = [...this.cards].sort((a, b) => {
            const x = key(a);
            const y = key(b);
            return x < y ? -1 : x > y ? 1 : a.data.rank - b.data.rank;
        });
        sorted.forEach(view => {
            lists[view.score >= 0 ? 0 : 1].append(view.element);
            view.element.classList.toggle("raises", view.score >= 0);
            view.element.classList.toggle("lowers", view.score < 0);
        });
    }

    filter() {
        const words = one(".search", this.form).value.toLowerCase().split(/\s+/).filter(Boolean);
        const field = one(".field", this.form).value;
        const value = one(".value", this.form).value;
        const dense = one(".hide-spurious", this.form).checked;
        let shown = 0;
        this.cards.forEach(view => {
            const data = view.data.metadata;
            const fits = words.every(word => view.text.includes(word))
                && (!field || Object.prototype.hasOwnProperty.call(data, field) && (!value || data[field] === value))
                && !(dense && view.data.spurious);
            view.element.hidden = !fits;
            shown += fits ? 1 : 0;
        });
        one(".shown-count", this.form).textContent = shown + " of " + this.cards.length + " shown";
    }

    async copy(view) {
        const text = JSON.stringify({prompt: this.data.prompt, completion: this.data.completion, unit: "nats",
            ...view.data, matrix: undefined,
            tokens: all(".heat > i", view.element).map(token => token.textContent)}, null, 1);
        try {
            await navigator.clipboard.writeText(text);
            say("Copied sequence " + view.data.sequence);
        } catch {
            const area = make("textarea", "off-screen", text);
            document.body.append(area);
            area.select();
            const done = document.execCommand("copy");
            area.remove();
            say(done ? "Copied sequence " + view.data.sequence : "The browser does not let this page copy");
        }
    }

    look(view, button) {
        const place = one(".matrix", view.element);
        place.hidden = !place.hidden;
        button.setAttribute("aria-expanded", String(!place.hidden));
        if (!place.hidden && !place.firstChild) drawLayers(this.data, view, place);
    }
}

function watchComparison(views) {
    const section = document.getElementById("compare");
    if (!section) return;
    const form = one("form", section);
    const [first, second] = [one(".first", form), one(".second", form)];
    form.hidden = false;
    form.addEventListener("submit", event => event.preventDefault());
    second.selectedIndex = 1;
    const update = () => {
        const [a, b] = [first, second].map(select => views.find(view => view.data.id === select.value).data);
        const body = one("tbody", section);
        body.textContent = "";
        const named = new Map([...b.cards, ...a.cards].map(card => [card.sequence, card]));
        [...named.values()].filter(card => card.sequence in a.scores && card.sequence in b.scores)
            .map(card => ({card, mine: a.scores[card.sequence], other: b.scores[card.sequence],
                id: a.cards.includes(card) ? a.id : b.id}))
            .sort((x, y) => Math.abs(y.mine - y.other) - Math.abs(x.mine - x.other))
            .forEach(({card, mine, other, id}) => {
                const row = make("tr");
                const head = make("th");
                head.scope = "row";
                const link = make("a", "", visible(card.documents || "sequence " + card.sequence).slice(0, 80));
                link.href = "#" + id + "-s" + card.sequence;
                head.append(link);
                row.append(head, make("td", "", number(mine, true)), make("td", "", number(other, true)),
                    make("td", "", number(mine - other, true)));
                body.append(row);
            });
        if (!body.firstChild) {
            const row = make("tr");
            const cell = make("td", "", "No sequence was scanned for both.");
            cell.colSpan = 4;
            row.append(cell);
            body.append(row);
        }
    };
    first.addEventListener("change", update);
    second.addEventListener("change", update);
    update();
}
