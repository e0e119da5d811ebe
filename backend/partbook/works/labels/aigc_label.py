"""The label of the Chinese rules in its JSON form: who made a sound by machine, and under which number.

Source: the form of GB 45438-2025, annex E, as public code and descriptions give it; the text itself was not read.
"""

import json
from dataclasses import asdict, dataclass, fields

from partbook.core.errors import UnusableInput

GENERATED, PERHAPS, SUSPECTED = "1", "2", "3"
MEANINGS = {GENERATED: "made by a machine", PERHAPS: "perhaps made by a machine", SUSPECTED: "suspected so"}


@dataclass(frozen=True)
class AigcLabel:
    """The seven fields, named as the standard names them.

    Args:
        Label: `1` made by a machine, `2` perhaps, `3` suspected.
        ContentProducer: name or code of the provider that made it.
        ProduceID: the provider's own number of this content.
        ReservedCode1: the provider's own use; empty here.
        ContentPropagator: name or code of the provider that spreads it; theirs to fill.
        PropagateID: their number of it.
        ReservedCode2: their own use.
    """

    Label: str
    ContentProducer: str
    ProduceID: str
    ReservedCode1: str = ""
    ContentPropagator: str = ""
    PropagateID: str = ""
    ReservedCode2: str = ""

    def text(self) -> str:
        """As files carry it: JSON in ASCII, without spaces."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> "AigcLabel":
        """From the text in a file, with or without the `{"AIGC": …}` around it that some files have.

        Raises:
            UnusableInput: it is no JSON object of the seven fields; the sentence says what is wrong.
        """
        try:
            found = json.loads(text)
        except ValueError as broken:
            raise UnusableInput(f"The AIGC label is not JSON: {broken}.") from None
        if isinstance(found, dict) and isinstance(found.get("AIGC"), dict):
            found = found["AIGC"]
        if not isinstance(found, dict):
            raise UnusableInput("The AIGC label is no JSON object.")
        names = [each.name for each in fields(cls)]
        if missing := [name for name in names if name not in found]:
            raise UnusableInput(f"The AIGC label lacks {', '.join(missing)}.")
        if wrong := [name for name in names if not isinstance(found[name], str)]:
            raise UnusableInput(f"In the AIGC label {', '.join(wrong)} is no text.")
        return cls(**{name: found[name] for name in names})
