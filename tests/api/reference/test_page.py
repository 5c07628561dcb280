"""`GET /docs`: the reference as a page that needs nothing but itself."""

import json
from html.parser import HTMLParser

import httpx
import pytest

from signalcraft.api.reference.openapi import openapi
from signalcraft.api.reference.page import reference_page
from tools.servers import Server, Tenant


class Page(HTMLParser):
    """What matters of a page: where it links to, what can be linked to, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(reference_page(openapi()))


def test_anyone_can_read_it(server: Server, tenant: Tenant) -> None:
    with server.http(tenant) as http:
        del http.headers["Authorization"]
        answer = http.get("/docs")
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.text == reference_page(openapi())


def test_it_loads_nothing_and_runs_nothing(page: Page) -> None:
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert {link for link in page.links if not link.startswith("#")} == {"/v1/openapi.json"}


def test_every_link_leads_somewhere_and_every_tag_is_closed(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert page.open == []


def test_every_operation_and_every_shape_is_on_it(page: Page) -> None:
    document = json.loads(openapi())
    operations = {
        operation["operationId"]
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
    }
    shapes = {f"shape-{name}" for name in document["components"]["schemas"]}
    assert operations | shapes <= set(page.ids)


def test_what_the_document_says_is_shown_as_text() -> None:
    hostile = '<script>alert("x")</script> & `<b>`'
    document = json.loads(openapi())
    document["info"]["description"] = hostile
    team = document["paths"]["/v1/teams"]["post"]
    team["summary"] = team["description"] = hostile
    document["components"]["schemas"]["Team"]["description"] = hostile
    document["components"]["schemas"]["Team"]["properties"]["name"]["default"] = hostile
    document["components"]["schemas"]["Team"]["properties"]["name"]["pattern"] = hostile
    text = reference_page(json.dumps(document))
    assert not Page(text).tags & {"script", "b"}
    assert "&lt;script&gt;alert(" in text


def test_the_root_leads_to_the_reference(server: Server) -> None:
    found = httpx.get(server.url, follow_redirects=True)
    assert found.url.path == "/docs"
    assert found.headers["content-type"].startswith("text/html")
