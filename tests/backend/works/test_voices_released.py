"""On a real chain: no work is opened with an imitated voice that lacks consent, or that was agreed to elsewhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from partbook.chain.voice_consent import VoiceConsent
from partbook.core.clock import SystemClock
from partbook.works.desk import Desk
from partbook.works.opening import open_work
from partbook.works.registration import read_registration
from partbook.works.service import register_work
from partbook.works.song_folder import SongFolder
from partbook.works.takes import add_take
from partbook.works.voice_consents import sign_consent
from partbook.works.voices import RELEASE, Unconsented, bring_consent

pytestmark = pytest.mark.chain


def test_a_work_is_opened_only_with_the_singers_consent(desk: Desk, song: Path, tmp_path: Path) -> None:
    folder, nina = SongFolder.open(song), desk.signer("nina")
    start = min(desk.now(), int(SystemClock().now().timestamp())) - 60
    to = (desk.address("ben"), desk.address("ana"))
    agreed = VoiceConsent(desk.chain.chain_id, nina.address, to, (RELEASE,), (), (), start, start + 86_400)
    elsewhere = replace(agreed, chain_id=31337 if agreed.chain_id == 1337 else 1337)
    (tmp_path / "elsewhere.json").write_bytes(sign_consent(elsewhere, nina))
    (tmp_path / "here.json").write_bytes(sign_consent(agreed, nina))
    vocals, by = song / "mix.wav", desk.address("ben")
    voice = {"voice_of": nina.address, "consent": tmp_path / "elsewhere.json"}
    add_take(folder, "performance", vocals, "1-2", by, SystemClock(), "melody", **voice)
    for refused in (open_work, register_work):
        with pytest.raises(Unconsented, match="not for chain"):
            refused(desk, song, "ana")
    before = read_registration(song)
    assert before is None or before.work_id is None
    bring_consent(folder, tmp_path / "here.json", by, SystemClock())
    assert open_work(desk, song, "ana").work_id > 0


def test_a_song_opened_by_older_rules_is_measured_again_until_it_is_sealed(desk: Desk, song: Path) -> None:
    state = read_registration(song)
    assert state is not None
    true = dict(state.ai)
    state.ai = state.ai | {"policy": "partbook/ai-share/1", "total_bps": 1}
    state.write(song)
    open_work(desk, song, "ana")
    state = read_registration(song)
    assert state is not None
    assert state.ai == true
