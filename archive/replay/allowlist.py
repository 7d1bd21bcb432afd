"""Elements and attributes that are allowed in a replayed page; everything else is removed."""

from __future__ import annotations

import re

# fmt: off
ELEMENTS = frozenset({
    "html", "head", "body", "title", "style", "link", "meta", "a", "abbr", "acronym", "address", "area",
    "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote", "br", "button", "caption", "center",
    "cite", "code", "col", "colgroup", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "dir",
    "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img", "input", "ins", "kbd", "label", "legend", "li",
    "main", "map", "mark", "menu", "meter", "nav", "nobr", "ol", "optgroup", "option", "output", "p",
    "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "search", "section", "select",
    "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "textarea", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "video", "wbr",
})
SVG_ELEMENTS = frozenset({  # lower case, as in HTML
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "defs",
    "lineargradient", "radialgradient", "stop", "clippath", "mask", "pattern", "symbol", "use", "image", "marker",
    "filter", "fegaussianblur", "feoffset", "feblend", "fecolormatrix", "feflood", "fecomposite", "femerge",
    "femergenode", "fedropshadow", "femorphology", "feturbulence",
})
# fmt: on
# Custom elements do nothing without scripts, except for these names, which HTML parsers know.
CUSTOM_ELEMENT = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
# fmt: off
RESERVED_NAMES = frozenset({
    "annotation-xml", "color-profile", "font-face", "font-face-src", "font-face-uri", "font-face-format",
    "font-face-name", "missing-glyph",
})
# fmt: on
VOID_ELEMENTS = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
DROPPED_WITH_CONTENT = frozenset({"script", "template", "iframe", "noembed", "xmp"})

# fmt: off
ATTRIBUTES = frozenset({
    "id", "class", "title", "lang", "dir", "align", "valign", "width", "height", "alt", "hidden", "role",
    "name", "for", "bgcolor", "color", "face", "size", "border", "cellpadding", "cellspacing", "text", "link",
    "vlink", "alink", "nowrap", "colspan", "rowspan", "hspace", "vspace", "clear", "start", "type", "value",
    "reversed", "span", "scope", "headers", "datetime", "abbr", "open", "placeholder", "checked", "disabled",
    "selected", "readonly", "maxlength", "rows", "cols", "multiple", "label", "controls", "loop", "muted",
    "usemap", "ismap", "shape", "coords", "media", "sizes", "noshade", "compact", "rules", "frame", "wrap",
    "min", "max", "step", "low", "high", "optimum", "content", "property", "charoff", "char", "viewbox",
    "preserveaspectratio", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "points",
    "transform", "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "stroke-opacity",
    "opacity", "offset", "stop-color", "stop-opacity", "clip-path", "clip-rule", "mask", "gradientunits",
    "gradienttransform", "patternunits", "clippathunits", "maskunits", "text-anchor", "dominant-baseline",
    "font-family", "font-size", "font-weight", "focusable", "version", "vector-effect", "visibility",
    "display", "overflow", "loading", "filter", "stddeviation", "in", "in2", "result", "dx", "dy", "flood-color",
    "flood-opacity", "values", "operator", "marker-start", "marker-mid", "marker-end", "refx", "refy", "markerwidth",
    "markerheight", "orient", "patterntransform", "fx", "fy", "spreadmethod", "paint-order", "letter-spacing",
})
# fmt: on
ATTRIBUTE_FAMILIES = ("aria-", "data-")  # style sheets often depend on them
# Attributes with CSS values, which may contain URLs.
CSS_ATTRIBUTES = frozenset(
    {"style", "fill", "stroke", "clip-path", "mask", "filter", "marker-start", "marker-mid", "marker-end"}
)

# Elements of AMP, which only its script would turn into these.
AMP_ELEMENTS = {"amp-img": "img", "amp-anim": "img", "amp-video": "video", "amp-audio": "audio"}
AMP_EMBEDS = frozenset(
    f"amp-{name}"
    for name in (
        "iframe",
        "youtube",
        "twitter",
        "instagram",
        "facebook",
        "vk",
        "vimeo",
        "dailymotion",
        "embedly-card",
    )
)
RESOURCE_ATTRIBUTES = {  # attributes that name resources, for each element
    "source": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "input": ("src",),
    "body": ("background",),
    "table": ("background",),
    "td": ("background",),
    "th": ("background",),
    "tr": ("background",),
}
# fmt: off
INPUT_TYPES = frozenset({
    "text", "search", "button", "submit", "reset", "checkbox", "radio", "range", "number", "date", "image",
    "tel", "email", "url",
})
# fmt: on
META_NAMES = frozenset({"viewport", "color-scheme"})
