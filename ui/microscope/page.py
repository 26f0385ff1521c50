"""The page: it only mounts the component, which asks for all else by posts."""

from __future__ import annotations

import streamlit as st

from attention_core.engine.language import say, to_say
from attention_core.models import known_models
from attention_stage.formulas import mathml
from ui import posts
from ui.component import component, served_at
from ui.wire import WireMicroscope, WireUploads

from .discoveries import shown
from .measures import MEASURES
from .routes import PATH
from .texts import recorded
from .uploads import FILES, Upload, allowed

TEXT = "Bark is very cute and he is a dog"
OTHER = "My puppy is adorable"
NOTE = to_say(
    "No model is installed here, so this is a recorded run: every head can be opened and its numbers changed. For "
    "sentences of your own, run “make models” beside the atlas, or name a folder of models in ATLAS_MODELS."
)
UPLOAD = "atlas-upload"  # in the session, which keeps it alive
_MICROSCOPE = component("microscope")


def microscope() -> None:
    """Draw the page."""
    st.title(say("Microscope"), anchor=False)
    st.markdown(say("Your own sentence through a real trained model: every head, and every number of it."))
    if allowed() and UPLOAD not in st.session_state:
        st.session_state[UPLOAD] = Upload()
    _MICROSCOPE(key="microscope", data=microscope_data(st.session_state.get(UPLOAD)))


def microscope_data(upload: Upload | None = None) -> WireMicroscope:
    """The payload. upload: of this session, where models may be uploaded."""
    models = known_models()
    keys = {model.key for model in models}
    return {
        "ask": f"{posts.served_under or ''}/{PATH}",
        "stage": served_at.get("stage", ""),
        "models": [
            {"key": model.key, "title": model.title, "about": say(model.about) if model.about else ""}
            for model in models
        ],
        "measures": [
            {"key": key, "title": each.title, "about": each.about, "formula": mathml(each.latex)}
            for key, each in MEASURES.items()
        ],
        "discoveries": [found.wire(model) for found, model in shown(keys)],
        "text": TEXT,
        "other": OTHER,
        "recorded": recorded().title,
        "note": say(NOTE),
        "uploads": _uploads(upload) if upload else None,
    }


def _uploads(upload: Upload) -> WireUploads:
    to = f"{posts.served_under or ''}/{PATH}/files/{upload.name}"
    return {"to": to, "session": upload.name, "most": allowed() / 1e6, "files": list(FILES)}
