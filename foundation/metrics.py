"""What the hotline counts about itself: every metric, its name, its labels, and what it means.

Metrics are Prometheus'. A process counts for itself; where several serve one port (gunicorn's workers), their
counts meet in the folder that `PROMETHEUS_MULTIPROC_DIR` names before this module is imported.
No label holds anything personal, and none grows with callers: names of nodes, errands and rooms alone.
"""

from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram


@dataclass(frozen=True, slots=True)
class Look:
    """A metric that nobody counts: it is looked up when somebody asks for the metrics."""

    name: str
    meaning: str


_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.8, 2.5, 5.0, 15.0)  # seconds; 1.8 is our budget

WEBHOOKS = Histogram(
    "hotline_webhook_seconds",
    "Webhooks answered, by door and outcome (answered, apology, refused, cut, failed), and their times.",
    ["door", "outcome"],
    buckets=_FAST,
)
TURNS = Counter(
    "hotline_turns", "Turns settled, by what asked for them and how they went.", ["source", "outcome"]
)
MISSES = Counter(
    "hotline_misses",
    "Silences, keys that mean nothing and words that were not understood, by the node that asked.",
    ["node", "kind"],
)
NEW_CALLS = Counter(
    "hotline_new_calls", "Calls that began, by how they were met (taken, overflow, capped, blocked).", ["met"]
)
ERRANDS = Counter(
    "hotline_errands", "Questions and deeds for the outside world, by result.", ["errand", "result"]
)
FAULTS = Counter(
    "hotline_faults", "Times that something we depend on did not answer as it should.", ["dependency"]
)
SPOOLED = Counter(
    "hotline_spooled", "Promises that went to the spool because SQL did not take them.", ["kind"]
)
SPOOL_WAITING = Gauge(
    "hotline_spool_waiting",
    "Promises that wait in the spool of this machine until SQL takes them.",
    multiprocess_mode="mostrecent",
)
SPOOL_ASIDE = Gauge(
    "hotline_spool_aside",
    "Promises in the spool of this machine that cannot be made: a person has to look.",
    multiprocess_mode="mostrecent",
)
MESSAGES = Counter(
    "hotline_messages",
    "Spoken messages that were looked after, by what came of it (kept, written, no_model, failed, given_up).",
    ["outcome"],
)
MESSAGES_WAITING = Gauge(
    "hotline_messages_waiting",
    "Spoken messages whose sound or words are still to be had; without those that no model here hears.",
    multiprocess_mode="mostrecent",
)
CHORES = Histogram(
    "hotline_chore_seconds",
    "Chores of the worker, by outcome (done, failed), and how long they took.",
    ["chore", "outcome"],
    buckets=_FAST,
)
REAPED = Counter(
    "hotline_calls_reaped",
    "Ends of calls that the worker found: asked at the carrier, silent for too long, told and heard again.",
    ["how"],
)
JOURNAL_LAG = Gauge(
    "hotline_journal_lag_seconds",
    "How long the oldest turn that is not in SQL yet has waited; the longest of all processes.",
    multiprocess_mode="livemax",
)
JOURNAL_LOST = Counter(
    "hotline_journal_rows_lost", "Turns and languages of numbers that waited for SQL and were never written."
)
LOG_DROPPED = Counter(
    "hotline_log_lines_dropped", "Lines that the log lost because nobody took them from us in time."
)
PAGES = Counter(
    "hotline_pages",
    "Pages to the people on call, by way (call, text), as they were made and as they ended.",
    ["way", "outcome"],
)

SPEECH_STREAMS = Gauge(
    "hotline_speech_streams", "Calls that are being heard at this moment.", multiprocess_mode="livesum"
)
SPEECH_UNHEARD = Counter(
    "hotline_speech_unheard",
    "Turns of callers whom our own recogniser would hear, by why it did not (full, down, cut off).",
    ["why"],
)
SPEECH_REFUSED = Counter("hotline_speech_refused", "Streams that were closed by us, by reason.", ["why"])
SPEECH_HEARD = Counter(
    "hotline_speech_heard", "Utterances, by what became of them (words, nothing, lost).", ["outcome"]
)
SPEECH_DROPPED = Counter(
    "hotline_speech_dropped", "Pieces of 100 ms of sound that nobody heard, because the decoders were behind."
)
SPEECH_DECODING = Counter("hotline_speech_decoding_seconds", "Processor time that decoders have spent.")
SPEECH_LAG = Histogram(
    "hotline_speech_lag_seconds",
    "From the end of 100 ms of sound until a decoder has worked through it.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0),
)
SPEECH_ANSWERS = Histogram(
    "hotline_speech_answer_seconds",
    "From the end of speech until words of it are brought to the call, with the silence that ends it.",
    buckets=(0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0),
)
SPEECH_DECODERS_LOST = Counter(
    "hotline_speech_decoders_lost", "Decoder processes that died and were replaced."
)
SPEECH_FAULTS = Counter(
    "hotline_speech_faults",
    "Faults of our own that the speech process met and lived on after, by task.",
    ["task"],
)


CALLS_IN_PROGRESS = Look("hotline_calls_in_progress", "Calls that have begun and not ended, as SQL has them.")
URGENT_WAITING = Look("hotline_urgent_waiting", "Urgent tickets that nobody has taken or acknowledged.")
WORKER_SILENCE = Look(
    "hotline_worker_silence_seconds", "How long ago the worker that spoke last said that it lives."
)
