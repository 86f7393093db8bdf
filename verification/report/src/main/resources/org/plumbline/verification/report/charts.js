// Charts by D3, in the colors of the style sheet. Each has a name for a screen reader and a table beside it.
const WIDTH = 460;
const HEIGHT = 240;
const MARGIN = {top: 14, right: 16, bottom: 38, left: 50};

function canvas(place, label, width = WIDTH, height = HEIGHT) {
    place.textContent = "";
    const svg = d3.select(place).append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img")
        .attr("aria-label", label);
    return svg;
}

function saveButton(place, name) {
    const button = make("button", "save", "Save as SVG");
    button.type = "button";
    button.addEventListener("click", () => {
        const svg = one("svg", place);
        const copy = svg.cloneNode(true);
        const from = all("*", svg);
        all("*", copy).forEach((element, at) => {
            const style = getComputedStyle(from[at]);
            for (const property of ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size",
                "font-family"]) {
                element.setAttribute(property, style.getPropertyValue(property));
            }
            element.removeAttribute("class");
        });
        const box = svg.viewBox.baseVal;
        copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        copy.setAttribute("width", box.width);
        copy.setAttribute("height", box.height);
        const link = make("a");
        link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], {type: "image/svg+xml"}));
        link.download = name + ".svg";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    place.append(button);
}

function axis(svg, place, transform, label, x, y, rotate) {
    svg.append("g").attr("class", "axis").attr("aria-hidden", "true").attr("transform", transform).call(place);
    svg.append("text").attr("class", "axis-label").attr("text-anchor", "middle")
        .attr("transform", `translate(${x},${y})${rotate ? " rotate(-90)" : ""}`).text(label);
}

function bottomLeft(svg, x, y, xLabel, yLabel, width = WIDTH, height = HEIGHT) {
    axis(svg, x, `translate(0,${height - MARGIN.bottom})`, xLabel, (MARGIN.left + width - MARGIN.right) / 2, height - 5);
    axis(svg, y, `translate(${MARGIN.left},0)`, yLabel, 12, (MARGIN.top + height - MARGIN.bottom) / 2, true);
}

const sizes = value => value >= 1e4 || value < 1e-3 ? d3.format(".0e")(value) : d3.format("~g")(value);

function drawHistogram(data) {
    const place = one(".histogram .chart", document.getElementById(data.id));
    if (!data.bins.length) return;
    const most = d3.max(data.bins, bin => Math.max(bin.raising, bin.lowering));
    const svg = canvas(place, "Histogram of all scores by their size; the table below holds the numbers");
    const x = d3.scaleLog([data.bins[0].from, data.bins.at(-1).to], [MARGIN.left, WIDTH - MARGIN.right]);
    const y = d3.scaleSymlog([-most, most], [HEIGHT - MARGIN.bottom - 12, MARGIN.top]);
    const ticks = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter(tick => tick <= most);
    for (const [key, name, sign] of [["raising", "raises", 1], ["lowering", "lowers", -1]]) {
        svg.append("g").selectAll("rect").data(data.bins.filter(bin => bin[key])).join("rect").attr("class", name)
            .attr("x", bin => x(bin.from)).attr("width", bin => Math.max(1, x(bin.to) - x(bin.from) - 1))
            .attr("y", bin => Math.min(y(0), y(sign * bin[key])))
            .attr("height", bin => Math.abs(y(0) - y(sign * bin[key])));
    }
    svg.append("line").attr("class", "zero").attr("x1", MARGIN.left).attr("x2", WIDTH - MARGIN.right)
        .attr("y1", y(0)).attr("y2", y(0));
    const [top, bottom] = [y(most), y(-most)];
    const marks = svg.append("g").selectAll("line").data(data.cards).join("line").attr("class", "mark")
        .attr("x1", card => x(Math.abs(card.raw))).attr("x2", card => x(Math.abs(card.raw)))
        .attr("y1", card => card.raw > 0 ? top - 10 : bottom).attr("y2", card => card.raw > 0 ? top : bottom + 10)
        .on("click", (_, card) => openCard(data.id, card.sequence));
    marks.append("title").text(card => visible(card.documents) + ": " + number(card.raw, true));
    bottomLeft(svg, d3.axisBottom(x).ticks(6, sizes), d3.axisLeft(y)
        .tickValues([...ticks.map(tick => -tick).reverse(), 0, ...ticks]).tickFormat(tick => d3.format("~s")(Math.abs(tick))),
        "size of the raw score", "sequences");
    saveButton(place, data.id + "-scores");
}

function openCard(id, sequence) {
    const card = document.getElementById(id + "-s" + sequence);
    card.hidden = false;
    card.scrollIntoView({block: "center"});
    card.classList.add("found");
    setTimeout(() => card.classList.remove("found"), 2000);
}

function drawCoverage(data) {
    const place = one(".coverage .chart", document.getElementById(data.id));
    if (!place || data.coverage.length < 2) return;
    const svg = canvas(place, "Coverage curve; the table below holds the numbers");
    const x = d3.scaleLog([1, data.coverage.at(-1).count], [MARGIN.left, WIDTH - MARGIN.right]);
    const y = d3.scaleLinear([0, 1], [HEIGHT - MARGIN.bottom, MARGIN.top]);
    svg.append("path").attr("class", "curve")
        .attr("d", d3.line(point => x(point.count), point => y(point.share))(data.coverage));
    const half = data.coverage.find(point => point.share >= 0.5);
    if (half) {
        svg.append("path").attr("class", "guide").attr("d", `M${MARGIN.left},${y(0.5)}H${x(half.count)}V${y(0)}`);
        svg.append("text").attr("class", "note").attr("x", x(half.count) + 6).attr("y", y(0) - 8)
            .text(half.count + " sequences: half");
    }
    bottomLeft(svg, d3.axisBottom(x).ticks(5, "~s"), d3.axisLeft(y).ticks(5, "%"), "sequences, highest first", "share");
    saveButton(place, data.id + "-coverage");
}

// Bars of two series by layer, in the order of the forward pass.
function layerBars(place, layers, series, label, name) {
    const row = series.length * 11 + 8;
    const left = 150;
    const height = MARGIN.top + layers.length * row + MARGIN.bottom;
    const svg = canvas(place, label, WIDTH, height);
    const values = series.flatMap(one => one.values);
    const x = d3.scaleLinear([Math.min(0, d3.min(values)), Math.max(0, d3.max(values))], [left, WIDTH - MARGIN.right])
        .nice();
    const y = d3.scaleBand(layers.map((_, at) => at), [MARGIN.top, height - MARGIN.bottom]).padding(0.15);
    series.forEach((one, at) => svg.append("g").selectAll("rect").data(one.values).join("rect")
        .attr("class", value => one.name || (value > 0 ? "raises" : "lowers")).attr("x", value => Math.min(x(0), x(value)))
        .attr("width", value => Math.abs(x(value) - x(0))).attr("y", (_, l) => y(l) + at * y.bandwidth() / series.length)
        .attr("height", y.bandwidth() / series.length - 1));
    svg.append("line").attr("class", "zero").attr("x1", x(0)).attr("x2", x(0)).attr("y1", MARGIN.top)
        .attr("y2", height - MARGIN.bottom);
    svg.append("g").selectAll("text").data(layers).join("text").attr("class", "note").attr("text-anchor", "end")
        .attr("x", left - 6).attr("y", (_, l) => y(l) + y.bandwidth() / 2 + 3).text(layerName)
        .append("title").text(layer => layer);
    axis(svg, d3.axisBottom(x).ticks(5, "~s"), `translate(0,${height - MARGIN.bottom})`, "raw score",
        (left + WIDTH - MARGIN.right) / 2, height - 5);
    saveButton(place, name);
}

const layerName = layer => layer.length > 24 ? "\u2026" + layer.slice(-23) : layer;

function drawProfile(data) {
    const place = one(".profile .chart", document.getElementById(data.id));
    if (!place) return;
    const sum = sign => data.layers.map((_, l) => d3.sum(data.cards.filter(card => sign * card.raw > 0),
        card => card.layers[l]));
    layerBars(place, data.layers, [{name: "raises", values: sum(1)}, {name: "lowers", values: sum(-1)}],
        "Sum of the scores in each layer; the table below holds the numbers", data.id + "-layers");
}

// The open card: its layers, and which layer got how much from which token.
function drawLayers(question, view, place) {
    const bars = make("div", "chart");
    place.append(make("p", "hint", "Score of this sequence in each layer."), bars);
    layerBars(bars, question.layers, [{values: view.data.layers}], "Score of sequence " + view.data.sequence
        + " in each layer", "sequence-" + view.data.sequence + "-layers");
    const matrix = view.data.matrix;
    if (!matrix) {
        place.append(make("p", "hint", "Scores of tokens in layers are left out of a page where they would take too much."));
        return;
    }
    const cells = Int8Array.from(atob(matrix.cells), c => c.charCodeAt(0));
    const shown = make("div", "chart wide");
    place.append(make("p", "hint", "Score of each token (left to right) in each layer (top to bottom); full color \u00b1"
        + number(matrix.scale) + "."), shown);
    const [left, row] = [150, 18];
    const cell = Math.max(3, Math.min(14, 760 / matrix.positions));
    const width = left + cell * matrix.positions + MARGIN.right;
    const height = MARGIN.top + row * question.layers.length + 24;
    const svg = canvas(shown, "Scores of the tokens of sequence " + view.data.sequence + " in each layer", width, height);
    const tokens = all(".heat > i", view.element).map(token => token.textContent);
    const found = [];
    cells.forEach((value, at) => {
        const level = Math.round(STEPS * Math.abs(value) / 127);
        if (level) found.push({value, level, layer: Math.floor(at / matrix.positions), position: at % matrix.positions});
    });
    svg.append("g").selectAll("rect").data(found).join("rect")
        .attr("class", item => (item.value > 0 ? "p" : "n") + item.level).attr("x", item => left + item.position * cell)
        .attr("y", item => MARGIN.top + item.layer * row).attr("width", cell).attr("height", row - 2)
        .append("title").text(item => question.layers[item.layer] + ", token " + item.position + " \u201c"
            + visible(tokens[item.position] || "") + "\u201d: " + number(item.value * matrix.scale / 127, true));
    svg.append("g").selectAll("text").data(question.layers).join("text").attr("class", "note")
        .attr("text-anchor", "end").attr("x", left - 6).attr("y", (_, l) => MARGIN.top + l * row + row / 2 + 3)
        .text(layerName);
    axis(svg, d3.axisBottom(d3.scaleLinear([0, matrix.positions], [left, left + cell * matrix.positions])).ticks(8),
        `translate(0,${height - 24})`, "", 0, 0);
    saveButton(shown, "sequence-" + view.data.sequence + "-tokens");
}

function drawSpectra() {
    const place = one(".spectra .chart");
    if (!place || !DATA.spectra.length) return;
    const [left, row] = [150, 24];
    const height = MARGIN.top + DATA.spectra.length * row + MARGIN.bottom;
    const svg = canvas(place, "Eigenvalues of each layer and its damping; the table below holds the numbers", WIDTH, height);
    const largest = d3.max(DATA.spectra, layer => Math.max(layer.damping, layer.quantiles.at(-1)));
    const least = d3.min(DATA.spectra, layer => d3.min([layer.damping, ...layer.quantiles].filter(v => v > largest * 1e-9)));
    const x = d3.scaleLog([least / 1.5, largest * 1.5], [left, WIDTH - MARGIN.right]).clamp(true);
    DATA.spectra.forEach((layer, at) => {
        const y = MARGIN.top + at * row + row / 2;
        svg.append("line").attr("class", "range").attr("x1", x(Math.max(layer.quantiles[0], least / 1.5)))
            .attr("x2", x(layer.quantiles.at(-1))).attr("y1", y).attr("y2", y);
        svg.append("g").selectAll("circle").data(layer.quantiles.filter(value => value > 0)).join("circle")
            .attr("class", "dot").attr("cx", x).attr("cy", y).attr("r", 3.5);
        if (layer.damping > 0) {
            svg.append("line").attr("class", "lambda").attr("x1", x(layer.damping)).attr("x2", x(layer.damping))
                .attr("y1", y - 9).attr("y2", y + 9);
            if (at === 0) svg.append("text").attr("class", "note").attr("text-anchor", "middle")
                .attr("x", x(layer.damping)).attr("y", MARGIN.top - 2).text("\u03bb");
        }
        svg.append("text").attr("class", "note").attr("text-anchor", "end").attr("x", left - 6).attr("y", y + 3)
            .text(layerName(layer.layer));
    });
    axis(svg, d3.axisBottom(x).ticks(5, sizes), `translate(0,${height - MARGIN.bottom})`, "eigenvalue",
        (left + WIDTH - MARGIN.right) / 2, height - 5);
    saveButton(place, "spectra");
}
