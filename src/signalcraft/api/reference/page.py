"""The API's reference as a page: all of `openapi.json`, for people."""

import json
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from signalcraft.api.reference.schema_words import code, shape_link, shape_name, type_words
from signalcraft.model.mistake import MISTAKES
from signalcraft.model.problem import PROBLEM_TYPES

Document = dict[str, Any]

_METHODS = ("get", "post", "put", "delete")
_SLUG = re.compile(r"`([a-z-]+)`: ")
_TYPED = re.compile(r"`([^`]+)`")
_STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1c2128; --faint: #59636e; --line: #d8dee4;
  --code: #f3f5f7; --link: #0757b5; }
@media (prefers-color-scheme: dark) { :root { --back: #0f1318; --text: #dfe5eb; --faint: #9aa5b1;
  --line: #2d353e; --code: #1b2129; --link: #7db8ff; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main, nav { padding: 1rem; }
main { max-width: 56rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { margin: 2rem 0 0.25rem; font-size: 1.05rem; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.04em;
  color: var(--faint); }
p { margin: 0.5rem 0; }
code { font: 0.875em/1.4 ui-monospace, monospace; background: var(--code); border-radius: 4px;
  padding: 0.1em 0.3em; }
.problem { white-space: nowrap; margin-right: 0.6rem; }
pre { white-space: pre-wrap; background: var(--code); border-radius: 6px; padding: 0.75rem; }
pre code { padding: 0; background: none; }
h3 code { background: none; padding: 0; font-size: 0.95rem; }
.method { display: inline-block; min-width: 3.6rem; font: 700 0.75rem ui-monospace, monospace; }
.get { color: #1a7f4b; } .post { color: #0757b5; } .put { color: #95600a; } .delete { color: #c22f2f; }
@media (prefers-color-scheme: dark) { .get { color: #5fcf94; } .post { color: #7db8ff; }
  .put { color: #e5b567; } .delete { color: #ff8f87; } }
dl { margin: 0; }
dl > div { padding: 0.4rem 0; border-top: 1px solid var(--line); }
dl > div:first-child { border-top: 0; }
dd { margin: 0; }
.type { color: var(--faint); font-size: 0.875rem; }
.needed { color: var(--text); font-weight: 600; }
nav { border-bottom: 1px solid var(--line); font-size: 0.9rem; }
nav summary { cursor: pointer; font-weight: 600; }
nav ul { list-style: none; margin: 0; padding: 0 0 0.5rem; }
nav li { padding: 0.15rem 0; }
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border: 0;
    border-right: 1px solid var(--line); }
  main { padding: 1rem 3rem 6rem; }
  dl > div { display: grid; grid-template-columns: 15rem 1fr; gap: 0 1.5rem; }
}
"""
_START = """\
<pre><code>curl -H "Authorization: Bearer $SIGNALCRAFT_API_KEY" \\
  "$SIGNALCRAFT_ENDPOINT/v1/whoami"</code></pre>
<p>The same for programs: <a href="/v1/openapi.json">openapi.json</a>.</p>"""


@cache
def reference_page(openapi: str) -> str:
    """The page, made from the text of `openapi.json`. It needs nothing but itself."""
    document = json.loads(openapi)
    tags = {tag["name"]: list(_operations(document, tag["name"])) for tag in document["tags"]}
    title = escape(document["info"]["title"])
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
            _contents(tags),
            f"<main>\n<h1>{title}</h1>",
            f'<p class="type">Version {escape(document["info"]["version"])}</p>',
            *(_paragraph(text) for text in document["info"]["description"].split("\n\n")),
            _START,
            *(_section(tag, operations) for tag, operations in tags.items()),
            _problems(),
            _shapes(document["components"]["schemas"]),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _operations(document: Document, tag: str) -> Iterator[tuple[str, str, Document]]:
    """Method, path and description of each operation with this tag."""
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods and tag in methods[method]["tags"]:
                yield method, path, methods[method]


def _contents(tags: dict[str, list[tuple[str, str, Document]]]) -> str:
    entries = []
    for tag, operations in tags.items():
        links = "".join(
            f'<li><a href="#{escape(operation["operationId"])}">{_method(method)} '
            f"{escape(operation['summary'])}</a></li>"
            for method, _, operation in operations
        )
        entries.append(f"<details><summary>{escape(tag)}</summary>\n<ul>{links}</ul></details>")
    others = (("problems", "Problems"), ("shapes", "Shapes"))
    entries += [f'<p><a href="#{id}">{name}</a></p>' for id, name in others]
    return "<nav>\n" + "\n".join(entries) + "\n</nav>"


def _section(tag: str, operations: list[tuple[str, str, Document]]) -> str:
    return f"<h2>{escape(tag)}</h2>\n" + "\n".join(
        _operation(method, path, operation) for method, path, operation in operations
    )


def _operation(method: str, path: str, operation: Document) -> str:
    parts = [
        f'<section id="{escape(operation["operationId"])}">',
        f"<h3>{_method(method)} <code>{escape(path)}</code></h3>",
        f"<p><strong>{escape(operation['summary'])}.</strong> {_text(operation['description'])}</p>",
    ]
    if operation["parameters"]:
        fields = [
            _field(each["name"], each["schema"], each["description"], needed=each["required"])
            for each in operation["parameters"]
        ]
        parts.append(f"<h4>Query and headers</h4>\n<dl>{''.join(fields)}</dl>")
    if "requestBody" in operation:
        body = operation["requestBody"]
        [(media_type, content)] = body["content"].items()
        words = type_words(content["schema"])
        if media_type != "application/json":
            words += f", as {code(media_type)}"
        parts.append(f"<h4>Body</h4>\n<p>{words}{'' if body['required'] else ', or nothing'}</p>")
    good, bad = _answers(operation["responses"])
    parts.append(f'<h4>Answers</h4>\n{_lines(good)}\n<p class="type">{" ".join(bad)}</p></section>')
    return "\n".join(parts)


def _answers(responses: dict[str, Document]) -> tuple[list[str], list[str]]:
    """The answers that were asked for, and the problems."""
    good, bad = [], []
    for status, response in responses.items():
        if "$ref" in response:
            bad.append(_problem_link(status, shape_name(response)))
        elif slugs := _SLUG.findall(response["description"]):
            bad += [_problem_link(status, slug) for slug in slugs]
        else:
            shape = response.get("content", {}).get("application/json")
            what = type_words(shape["schema"]) if shape else escape(response["description"])
            good.append(f"{code(status)} {what}")
    return good, bad


def _lines(texts: list[str]) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


def _problem_link(status: str, slug: str) -> str:
    return f'<span class="problem">{status} <a href="#problem-{escape(slug)}">{escape(slug)}</a></span>'


def _problems() -> str:
    fields = [
        f'<div id="problem-{escape(slug)}"><dt>{code(slug)} <span class="type">{kind.status}</span>'
        f"</dt><dd><strong>{escape(kind.title)}.</strong> {_text(kind.meaning)}</dd></div>"
        for slug, kind in PROBLEM_TYPES.items()
    ]
    codes = [
        f"<div><dt>{code(each)}</dt><dd>{_text(meaning)}</dd></div>"
        for each, meaning in MISTAKES.items()
    ]
    return (
        '<h2 id="problems">Problems</h2>\n<p>Whatever is not a success is a '
        f"{shape_link('ProblemDocument')} of one of these types:</p>\n<dl>{''.join(fields)}</dl>\n"
        "<h3>Codes</h3>\n<p>In its <code>errors</code>, and in the warnings of a write:</p>\n"
        f"<dl>{''.join(codes)}</dl>"
    )


def _shapes(schemas: dict[str, Document]) -> str:
    return '<h2 id="shapes">Shapes</h2>\n' + "\n".join(
        f'<section id="shape-{escape(name)}">\n<h3>{escape(name)}</h3>\n'
        f"{_paragraph(schema.get('description', ''))}{_content(schema)}</section>"
        for name, schema in schemas.items()
    )


def _content(schema: Document) -> str:
    if "properties" not in schema:
        return f"<p>{type_words(schema)}</p>"
    required = schema.get("required", [])
    fields = [
        _field(name, field, field.get("description", ""), needed=name in required)
        for name, field in schema["properties"].items()
    ]
    return f"<dl>{''.join(fields)}</dl>"


def _field(name: str, schema: Document, description: str, *, needed: bool) -> str:
    required = ' <span class="needed">required</span>' if needed else ""
    return (
        f"<div><dt>{code(name)}{required}</dt><dd>{_text(description)} "
        f'<span class="type">{type_words(schema)}</span></dd></div>'
    )


def _method(method: str) -> str:
    return f'<span class="method {method}">{method.upper()}</span>'


def _paragraph(text: str) -> str:
    return f"<p>{_text(text)}</p>" if text else ""


def _text(text: str) -> str:
    """Text in which what is typed stands between backticks."""
    return _TYPED.sub(r"<code>\1</code>", escape(text))
