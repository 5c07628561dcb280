"""A review as Markdown, for the comment on a pull request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.review.escaping import escaped
from signalcraft.review.names import count, in_a_row
from signalcraft.review.resource_changes import ResourceDescription
from signalcraft.review.review import Review
from signalcraft.review.routing_changes import Rerouting
from signalcraft.review.shift_changes import MovedShift, NextShift, ScheduleChange
from signalcraft.review.verdict import Verdict

MARKER = "<!-- signalcraft-review -->"
"""By this a review is found among a pull request's comments, to be updated."""
LIMIT = 65_536
"""GitHub takes no longer comment, in characters."""

# So much of one text, so many names in a row, and so many lines of one resource are shown.
_LONGEST_TEXT = 200
_MOST_NAMES = 12
_MOST_LINES = 30
_SIGNS = {
    "created": "+",
    "updated": "~",
    "replaced": "±",
    "deleted": "-",
    "imported": "~",
    "forgotten": "~",
}
_REMARKS = {
    "replaced": " is deleted and created again",
    "imported": " is imported",
    "forgotten": " is no longer managed by Terraform, and stays as it is",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what comes before its items, and the items; tables have their head before."""

    title: str
    before: str
    items: Sequence[str]
    things: str
    """What the items are called where some are left out."""

    def shown(self, at_most: int) -> str:
        """The section with so many items at most; it says how many are left out."""
        lines = [f"### {self.title}", "", *([self.before] if self.before else [])]
        lines += self.items[:at_most]
        left_out = len(self.items) - at_most
        if left_out > 0:
            lines += ["", f"… and {left_out:,} more {self.things}, which are in the JSON."]
        return "\n".join(lines) + "\n"


def markdown(review: Review, mentions: Mapping[str, str] | None = None) -> str:
    """A review as Markdown of at most `LIMIT` characters and bytes, with the summary first.

    Where that is too little, each section shows fewer items and says how many are left out.
    `mentions` says how to mention people, by e-mail address: those whose next shift moves are.
    """
    top = "\n".join(_top(review, mentions or {})) + "\n"
    bottom = "\n".join(_bottom(review)) + "\n"
    sections = [section for section in _sections(review) if section.items]

    def text(at_most: int) -> str:
        return "\n".join([top, *(section.shown(at_most) for section in sections), bottom])

    most = max((len(section.items) for section in sections), default=0)
    if _fits(text(most)):
        return text(most)
    fewest = 0
    while most - fewest > 1:
        middle = (fewest + most) // 2
        fewest, most = (middle, most) if _fits(text(middle)) else (fewest, middle)
    return text(fewest)


def _fits(text: str) -> bool:
    return len(text.encode()) <= LIMIT


def _top(review: Review, mentions: Mapping[str, str]) -> Iterator[str]:
    yield "## On-call review"
    yield ""
    yield f"**{_plan_in_short(review)}**"
    yield ""
    yield from (f"- {line}" for line in _summary(review))
    mentioned = [mentions[moved.email] for moved in review.moved if moved.email in mentions]
    if mentioned:
        yield ""
        yield f"Your next shift moves: {' '.join(dict.fromkeys(mentioned))}"


def _plan_in_short(review: Review) -> str:
    counts = review.counts
    parts = [
        f"{number:,} to {verb}"
        for number, verb in (
            (counts.created, "create"),
            (counts.updated, "change"),
            (counts.replaced, "replace"),
            (counts.deleted, "delete"),
        )
        if number
    ]
    planned = in_a_row(parts) or "nothing to change"
    return f"Plan: {planned}; {count(counts.unchanged, 'resource')} unchanged"


def _summary(review: Review) -> Iterator[str]:
    routing = review.routing
    unreached = sum(len(each.samples) for each in routing.newly_unreached)
    if unreached:
        yield f"🔴 **{count(unreached, 'sample alert')} paged somebody and will page nobody.**"
    changed = sum(len(each.samples) for each in routing.changed)
    tried = changed + routing.unchanged + len(routing.unknown)
    if changed:
        yield f"📟 {changed:,} of {count(tried, 'sample alert')} will be handled differently."
    else:
        yield f"📟 {count(routing.unchanged, 'sample alert')}: no change."
    if routing.unknown:
        known_later = count(len(routing.unknown), "sample alert")
        yield f"❔ {known_later}: the outcome is known only after the apply."
    updated = [schedule.name for schedule in review.schedules if schedule.change == "updated"]
    if updated:
        yield f"📅 Shifts move on {_names(updated, quoted=True)}."
    else:
        yield "📅 No shifts move."
    if any(schedule.gaps_opened for schedule in review.schedules):
        yield "⚠️ **Gaps open: at times nobody will be on call.**"
    if review.findings:
        yield f"⚠️ {count(len(review.findings), 'new finding')}."
    if review.no_longer_on_call:
        yield f"👋 No longer on any schedule: {_people(review.no_longer_on_call, review)}."
    if review.newly_on_call:
        yield f"👋 New on a schedule: {_people(review.newly_on_call, review)}."


def _sections(review: Review) -> Iterator[Section]:
    yield Section("What changes", "", [_resource(each) for each in review.changes], "resources")
    yield Section(
        "Who gets paged differently",
        "| Alert | Now | After the apply |\n|-|-|-|",
        [_rerouting(each, review) for each in review.routing.changed],
        "groups of alerts",
    )
    for schedule in review.schedules:
        yield _schedule(schedule, review)
    yield Section(
        "Whose next shift moves",
        f"Times in {escaped(review.basis.time_zone)}.\n\n| | Now | After the apply |\n|-|-|-|",
        [_moved(moved, review) for moved in review.moved],
        "people",
    )
    yield Section(
        "New findings", "", [f"- {_text(each.detail)}" for each in review.findings], "findings"
    )
    yield Section(
        "What this review can't tell",
        "",
        [f"- {_text(sentence)}" for sentence in _untold(review)],
        "points",
    )
    yield Section(
        "Changed outside of Terraform since the last apply",
        "",
        [_resource(each) for each in review.drift],
        "resources",
    )


def _bottom(review: Review) -> Iterator[str]:
    basis, routing = review.basis, review.routing
    revision = f"revision {basis.revision:,}" if basis.revision is not None else "an exported file"
    same = in_a_row(
        [
            count(review.counts.unchanged, "resource"),
            count(review.schedules_unchanged, "schedule"),
            count(routing.unchanged, "sample alert"),
            count(review.findings_before, "earlier finding"),
        ]
    )
    yield (
        f"<sub>Computed for {revision}, from {_date(basis.start, basis.time_zone)} to "
        f"{_date(basis.end, basis.time_zone)} ({escaped(basis.time_zone)}). "
        f"The same as before: {same}."
        + (
            f" Other providers: {count(review.counts.others, 'change')}."
            if review.counts.others
            else ""
        )
        + "</sub>"
    )
    if review.digest is not None:
        tree = f" of tree <code>{escaped(review.tree)}</code>" if review.tree else ""
        yield ""
        yield f"<sub>Plan <code>{review.digest.value}</code>{tree}</sub>"
    yield MARKER


def _resource(change: ResourceDescription) -> str:
    name = _names(change.names, bold=True)
    head = f"- `{_SIGNS[change.action]}` {change.kind} {name}{_REMARKS.get(change.action, '')}"
    lines = [f"  - `{line[0]}` {_text(line[2:])}" for line in change.lines[:_MOST_LINES]]
    if len(change.lines) > _MOST_LINES:
        lines.append(f"  - … and {len(change.lines) - _MOST_LINES:,} more lines in the JSON")
    return "\n".join([head, *lines])


def _rerouting(rerouting: Rerouting, review: Review) -> str:
    first, *others = rerouting.samples
    origins = [_text(origin) for sample in rerouting.samples for origin in sample.origins]
    shown = _alert(first.alert)
    if first.at != review.basis.start:
        shown += f", opening {_instant(first.at, review.basis.time_zone)}"
    more = f"<br>and {count(len(others), 'other alert')}" if others else ""
    mark = "🔴 " if rerouting.is_newly_unreached else ""
    what = f"{mark}{_some(list(dict.fromkeys(origins)))}<br><sub>{shown}{more}</sub>"
    before, after = (_verdict(v, review) for v in (rerouting.before, rerouting.after))
    return f"| {what} | {before} | {after} |"


def _alert(alert: Alert) -> str:
    texts = [f'{_text(field)} "{_text(text)}"' for field, text in alert.texts().items()]
    return _some(texts) or "no fields"


def _verdict(verdict: Verdict, review: Review) -> str:
    lines = []
    if verdict.outcome == "suppressed":
        lines.append(f"suppressed by rule {_names(verdict.rules, bold=True)}")
    else:
        lines.append(_names(verdict.policies, bold=True) or "**goes nowhere**")
    if verdict.reached_nobody:
        instead = not set(verdict.reached_nobody) & set(verdict.policies)
        reach = "reaches" if len(verdict.reached_nobody) == 1 else "reach"
        lines.append(
            f"{'since ' if instead else ''}{_names(verdict.reached_nobody)} {reach} nobody"
        )
    for page in verdict.pages:
        when = "at once" if page.minute == 0 else f"after {page.minute:,} min"
        lines.append(f"{when}: {_people(page.people, review)}")
    if not verdict.pages:
        lines.append("nobody is paged")
    if verdict.severity:
        lines.append(f"severity {verdict.severity}")
    if verdict.team:
        lines.append(f"team {_text(verdict.team)}")
    return "<br>".join(lines)


def _schedule(schedule: ScheduleChange, review: Review) -> Section:
    what = {"created": "New schedule", "deleted": "Deleted schedule", "updated": "Shifts that move"}
    zone = review.basis.time_zone
    rows = [
        f"| {_instant(turn.starts_at, zone)} | {_instant(turn.ends_at, zone)} "
        f"| {_people(turn.before, review)} | {_people(turn.after, review)} |"
        for turn in schedule.turns
    ]
    return Section(
        f"{what[schedule.change]}: {_text(schedule.name)}",
        f"Times in {escaped(zone)}.\n\n| From | Until | Now | After the apply |\n|-|-|-|-|",
        rows,
        "shifts",
    )


def _moved(moved: MovedShift, review: Review) -> str:
    zone = review.basis.time_zone
    before, after = (_next(shift, review, zone) for shift in (moved.before, moved.after))
    return f"| {_people([moved.email], review)} | {before} | {after} |"


def _next(shift: NextShift | None, review: Review, zone: str) -> str:
    if shift is None:
        return f"none before {_instant(review.basis.end, zone)}"
    when = "now" if shift.starts_at == review.basis.start else _instant(shift.starts_at, zone)
    return f"{when}, {_text(shift.schedule)}"


def _untold(review: Review) -> Iterator[str]:
    yield from review.unknown
    origins = [origin for sample in review.routing.unknown for origin in sample.origins]
    if origins:
        yield f"What happens to these alerts: {_some(origins)}."


def _people(emails: Sequence[str], review: Review) -> str:
    if not emails:
        return "**nobody**"
    return _names([review.people.get(email, email) for email in emails])


def _names(names: Sequence[str], *, bold: bool = False, quoted: bool = False) -> str:
    mark = "**" if bold else '"' if quoted else ""
    return _some([f"{mark}{_text(name)}{mark}" for name in names])


def _some(texts: Sequence[str]) -> str:
    if len(texts) <= _MOST_NAMES:
        return in_a_row(list(texts))
    others = len(texts) - _MOST_NAMES
    return f"{', '.join(texts[:_MOST_NAMES])} and {others:,} more"


def _text(text: str) -> str:
    clipped = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
    return escaped(clipped)


def _instant(at: Instant, zone: str) -> str:
    shown = at.to_tz(zone).to_stdlib()
    return f"{shown:%a} {shown.day} {shown:%b} {shown:%H:%M}"


def _date(at: Instant, zone: str) -> str:
    shown = at.to_tz(zone).to_stdlib()
    return f"{shown:%a} {shown.day} {shown:%b} {shown:%Y %H:%M}"
