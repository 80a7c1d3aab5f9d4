"""What can be in the way of a model: always one line, with the cure."""


class ModelFault(Exception):
    """Why a model is not installed; nothing was changed. `passing`: the same call may do it later."""

    def __init__(self, what: str, *, passing: bool = False) -> None:
        super().__init__(what)
        self.passing = passing
