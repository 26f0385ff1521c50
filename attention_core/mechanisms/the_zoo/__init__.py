"""The zoo: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import transformer_attention
from .abcnn import abcnn_1, abcnn_2, abcnn_3
from .advanced_lstm import advanced_lstm
from .bottom_up_and_top_down import bottom_up_top_down, scene_captions
from .gau import gau
from .hierarchical_attention import han, han_reviews, han_simple
from .mwan import mwan
from .pervasive_attention import pervasive_attention
from .ra_cnn_look_closer import find_the_mark, ra_cnn
from .sab import sab
from .squeeze_and_excitation import senet, senet_cued_digits
from .stacked_latent_attention import stacked_latent_attention
from .transparent_attention import transparent_attention

LESSONS: tuple[Mechanism, ...] = (
    senet.MECHANISM,
    senet_cued_digits.MECHANISM,
    han.MECHANISM,
    han_simple.MECHANISM,
    han_reviews.MECHANISM,
    abcnn_1.MECHANISM,
    abcnn_2.MECHANISM,
    abcnn_3.MECHANISM,
    mwan.MECHANISM,
    sab.MECHANISM,
    stacked_latent_attention.MECHANISM,
    transparent_attention.MECHANISM,
    pervasive_attention.MECHANISM,
    gau.MECHANISM,
    ra_cnn.MECHANISM,
    find_the_mark.MECHANISM,
    advanced_lstm.MECHANISM,
    bottom_up_top_down.MECHANISM,
    scene_captions.MECHANISM,
    transformer_attention.MECHANISM,
)
