"""Advice in English for the service's refusals, which are in German.

The patterns match the emulator's messages. Those that are not on record are invented, so the service's own may have no
hint. No code may depend on a hint being there.
"""

import re

HINTS = {
    r"API-Token ist ungueltig": "the token is invalid: copy it from the control panel again",
    r"hat keine JiffyBox Nr\. \d+": "the account of this token has no such box: list its boxes",
    r"Der Name existiert bereits": "the name is taken: choose another one",
    r"Monitoring-Check .* wird geloescht": "the check is being deleted: it can't be used any more",
    r"Der Tarif .* existiert nicht": "there is no such plan: list the plans",
    r"Die Distribution .* existiert nicht": "there is no such distribution: list the distributions",
    r"Das Backup .* existiert nicht": "there is no such backup: list the box's backups",
    r"Die Kontaktgruppe .* existiert nicht": "there is no such contact group: list the contact groups",
    r"Der Monitoring-Check .* existiert nicht": "there is no such check: list the checks",
    r"Die IP-Adresse .* existiert nicht": "the box has no such address: list its addresses",
    r"Das Modul .* existiert nicht": "there is no such module: list the modules",
    r"Die JiffyBox Nr\. \d+ wird gerade bearbeitet": "the box is busy: wait until it is ready first",
    r"Die JiffyBox Nr\. \d+ ist eingeschaltet": "the box is running: stop it first",
    r"Die JiffyBox Nr\. \d+ ist nicht eingeschaltet": "the box is not running: start it first",
    r"Die JiffyBox Nr\. \d+ ist eingefroren": "the box is frozen: thaw it first",
    r"Die JiffyBox Nr\. \d+ ist nicht eingefroren": "the box is not frozen: freeze it first",
    r"Die Kontaktgruppe Nr\. \d+ wird gerade bearbeitet": "the contact group is busy: wait until it is ready first",
    r"Stammdaten-E-Mail-Adresse kann nicht geaendert werden": "the account's own group can't be changed: copy it",
    r"Der Monitoring-Check Nr\. \d+ wird gerade bearbeitet": "the check is busy: wait until it is ready first",
    r"sind bereits periodische Backups eingerichtet": "periodic backups are on already: change their schedule",
    r"sind keine periodischen Backups eingerichtet": "periodic backups are off: switch them on first",
    r"wird gerade ein manuelles Backup erstellt": "a manual backup is in progress: wait until it is done first",
    r"Die IP-Adresse .* kann nicht verschoben werden": "the address is fixed: only floating ones can be moved",
    r"Die Metadaten sind groesser als 4 kB": "the metadata is too large: keep it below 4 kB of JSON text",
}
"""Hints by patterns of the messages."""


def hint_for(text: str) -> str | None:
    """Return the advice for a message of the service, or `None` if the message is not known."""
    return next((hint for pattern, hint in HINTS.items() if re.search(pattern, text)), None)
