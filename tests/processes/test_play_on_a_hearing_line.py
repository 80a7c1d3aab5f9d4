"""A file for keys is the same call on a line that hears callers: the invitation to speak is no difference."""

from processes.rehearsal.telephone import Heard
from processes.rehearsal.wire import uninvited


def test_the_invitation_to_speak_is_left_out_with_its_words() -> None:
    heard = (
        Heard(("main", "common.say_it"), ("What is it about?", "You can say it.")),
        Heard(("payments",), ("",)),
    )
    assert uninvited(heard) == (Heard(("main",), ("What is it about?",)), Heard(("payments",), ("",)))


def test_a_line_for_keys_alone_is_heard_as_it_is() -> None:
    heard = (Heard(("main",), ("What is it about?",)), Heard((), ()))
    assert uninvited(heard) == heard
