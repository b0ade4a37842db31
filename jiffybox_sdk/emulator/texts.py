"""What the emulated service says when it refuses, and how sure we are of each text.

Recorded texts are the service's own, as seen in the tests of its clients. The invented ones follow their manner
(German, umlauts written out), for situations of which only the refusal is known.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """A text with places to fill in, and its standing."""

    standing: Literal["recorded", "invented"]
    text: str


WRONG_TOKEN = Text("recorded", "Der von Ihnen uebergebene API-Token ist ungueltig.")
NO_SUCH_MODULE = Text("recorded", "Das Modul {module} existiert nicht")
NO_SUCH_BOX = Text("recorded", "Der Kunde Nr. 42 hat keine JiffyBox Nr. {box}.")
NAME_TAKEN = Text("recorded", "Der Name existiert bereits.")

NO_SUCH_VERSION = Text("invented", "Die Version {version} existiert nicht.")
NO_SUCH_CALL = Text("invented", "Die Anfrage {verb} {path} wird nicht unterstuetzt.")
NO_SUCH_PLAN = Text("invented", "Der Tarif {plan} existiert nicht.")
NO_SUCH_DISTRIBUTION = Text("invented", "Die Distribution {distribution} existiert nicht.")
NO_SUCH_BACKUP = Text("invented", "Das Backup {backup} existiert nicht.")
BAD_BODY = Text("invented", "Die Anfrage enthaelt kein gueltiges JSON-Objekt.")
BAD_PARAMETER = Text("invented", "Der Parameter {parameter} ist unbekannt, ungueltig oder fehlt.")
BAD_CHOICE = Text("invented", "Von den Parametern {parameters} muss genau einer angegeben werden.")
NEEDS_PARAMETER = Text("invented", "Es muss mindestens einer der Parameter {parameters} angegeben werden.")
METADATA_TOO_LARGE = Text("invented", "Die Metadaten sind groesser als 4 kB.")
BUSY = Text("invented", "Die JiffyBox Nr. {box} wird gerade bearbeitet ({status}).")
RUNNING = Text("invented", "Die JiffyBox Nr. {box} ist eingeschaltet.")
NOT_RUNNING = Text("invented", "Die JiffyBox Nr. {box} ist nicht eingeschaltet.")
FROZEN = Text("invented", "Die JiffyBox Nr. {box} ist eingefroren.")
NOT_FROZEN = Text("invented", "Die JiffyBox Nr. {box} ist nicht eingefroren.")


class Refusal(Exception):
    """The emulated service says no."""

    def __init__(self, text: Text, **filling: object) -> None:
        super().__init__(text.text.format(**filling))
