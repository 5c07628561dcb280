"""Every link from one page to another leads somewhere."""

from pathlib import Path

import pytest

from tests.docs.page import links
from tools.stand_in import ROOT

PAGES = [
    "README.md",
    "terraform-provider-signalcraft/README.md",
    *(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("docs/*.md"))),
    *(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("examples/*/README.md"))),
    "terraform-provider-signalcraft/docs/guides/migration.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    local = [link for link in links(page) if "://" not in link]
    assert [link for link in local if not Path(folder, link).exists()] == []
