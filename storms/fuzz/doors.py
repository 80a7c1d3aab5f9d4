"""Who knocks at which door: at each of a call's own, with what it expects, and at those of strangers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

from storms.fuzz.line import FORM, INSIDE, METRICS
from storms.fuzz.values import STAGES, heard, mostly, odd_fields, odd_heard, sids, texts

# Stand in a target for what is known when it is sent; all else in a target is quoted.
CALL, TURN, PAGE, RECORDING = "{call}", "{turn}", "{page}", "{recording}"
LARGE = "{large}"  # stands in a field for more than a body may have
TURN_DOOR, PAGE_DOOR = f"/voice/calls/{CALL}/turns/{TURN}", f"/voice/pages/{PAGE}"
OWN = (
    *(
        "/voice/answer",
        TURN_DOOR,
        f"{TURN_DOOR}?waited=3",
        f"{TURN_DOOR}/heard",
        f"{TURN_DOOR}/heard?waited=8",
    ),
    *(f"/voice/calls/{CALL}/apology/person?language=en", f"/voice/calls/{CALL}/apology/message?language=id"),
    *(f"/voice/calls/{CALL}/not-taken/{why}/{times}" for why in ("overflow", "capped") for times in (1, 2)),
    *(f"{PAGE_DOOR}/{time}?language=zh" for time in range(4)),
)
TOLD = ("/voice/status", f"{PAGE_DOOR}/status", "/voice/check")
# What is asked for, and which token opens it. Those that cost as much as fifty turns are asked for rarely.
SHOWN = (
    *((RECORDING, ""), ("/health/live", ""), ("/health/ready", "")),
    *((f"/inside/calls/{CALL}", INSIDE), (f"/inside/calls/{CALL}?after=3", INSIDE)),
)
COSTLY = (("/metrics", METRICS), ("/inside/book.svg", INSIDE))
KINDS = (FORM, FORM, FORM, FORM, "application/json", "multipart/form-data; boundary=x", "")


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody asks for an address, signed or not.

    `signature`: instead of the carrier's own; `bearer`: the name of a token of ours, or an odd one.
    """

    method: str
    target: str
    fields: dict[str, str]
    signature: str | None = None
    bearer: str = ""
    content_type: str = FORM


_steps = st.one_of(
    st.sampled_from(
        ("voice", "health", "inside", "metrics", "live", "ready", "answer", "status", "calls", "pages")
    ),
    sids.map(lambda sid: f"CA{sid}"),
    st.integers(-1, 99_999).map(str),
    texts.map(lambda text: quote(text[:60], safe="")),
)
_strange = st.one_of(
    st.lists(_steps, max_size=6).map(lambda steps: "/" + "/".join(steps)),
    sids.map(lambda sid: f"/voice/recordings/RE{sid}?call=CA{sid}&until=9&proof=x"),
    st.builds(
        lambda sid, turn, way: f"/voice/calls/CA{sid}/turns/{turn}{way}",
        *(sids, st.integers(0, 10_000), st.sampled_from(("", "/heard", "?waited=3", "/heard?waited=x"))),
    ),
    st.builds(
        lambda turn, way: f"/voice/calls/{CALL}/turns/{turn}{way}",
        *(st.integers(0, 10_000), st.sampled_from(("", "/heard", "?waited=3", "/heard?waited=x"))),
    ),
    st.builds(
        lambda call, stage, text: f"/voice/calls/{call}/apology/{stage}?language={quote(text[:20])}",
        *(st.just(CALL) | sids, st.sampled_from(("person", "message", "other")), texts),
    ),
    st.builds(
        lambda why, times, text: f"/voice/calls/{CALL}/not-taken/{why}/{times}?language={quote(text[:20])}",
        *(st.sampled_from(("overflow", "capped", "blocked")), st.integers(0, 3), texts),
    ),
    st.builds(
        lambda sid, time: f"/voice/pages/{sid}/{time}",
        *(sids | st.just(PAGE), st.integers(0, 9) | st.just("status")),
    ),
    st.builds(
        lambda call, after: f"/inside/calls/{call}?after={quote(after[:20])}",
        *(st.just(CALL) | texts.map(lambda text: quote(text[:60], safe="")), texts),
    ),
    texts.map(lambda text: f"/inside/book.svg?version={quote(text[:70])}"),
    st.sampled_from((*TOLD, "/", "/metrics", *(target for target, _ in SHOWN))),
)
_latin = texts.map(lambda text: text.encode("latin-1", "replace").decode("latin-1"))
_methods = st.sampled_from(("POST", "POST", "POST", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "X"))
_bearers = st.sampled_from(("", INSIDE, METRICS)) | _latin

own = st.builds(Knock, st.just("POST"), st.sampled_from(OWN), mostly(heard, odd_heard))
told = st.builds(
    lambda target, stage, odd: Knock("POST", target, {"CallStatus": stage, **odd}),
    *(st.sampled_from(TOLD), mostly(st.sampled_from(STAGES), texts), mostly(st.just({}), odd_fields)),
)
shown = mostly(st.sampled_from(SHOWN), st.sampled_from(COSTLY), 10).map(
    lambda one: Knock("GET", one[0], {}, bearer=one[1])
)
_fields = mostly(odd_fields, st.just({"msg": LARGE}), 20)
strange = st.builds(
    Knock, _methods, _strange, _fields, mostly(st.none(), _latin), _bearers, st.sampled_from(KINDS)
)
# Each door once, as it should be: whatever is drawn, nobody has then stood before one that is never opened.
EACH = (
    *(Knock("POST", target, {"Digits": "1"}) for target in OWN),
    *(Knock("POST", target, {"CallStatus": "completed"}) for target in TOLD),
    *(Knock("GET", target, {}, bearer=bearer) for target, bearer in (*SHOWN, *COSTLY)),
)
