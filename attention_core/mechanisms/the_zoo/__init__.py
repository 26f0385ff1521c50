"""The zoo: this part of the syllabus, in teaching order, by what is attended."""

from attention_core.lesson.mechanism import Mechanism

from . import attention_pooling, transformer_attention
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
    # channels
    senet.MECHANISM,
    senet_cued_digits.MECHANISM,
    gau.MECHANISM,
    # words and sentences
    attention_pooling.MECHANISM,
    han.MECHANISM,
    han_simple.MECHANISM,
    han_reviews.MECHANISM,
    # pairs of words
    abcnn_1.MECHANISM,
    abcnn_2.MECHANISM,
    abcnn_3.MECHANISM,
    mwan.MECHANISM,
    pervasive_attention.MECHANISM,
    # moments in time
    sab.MECHANISM,
    advanced_lstm.MECHANISM,
    # layers
    transparent_attention.MECHANISM,
    stacked_latent_attention.MECHANISM,
    # regions of a picture
    ra_cnn.MECHANISM,
    find_the_mark.MECHANISM,
    bottom_up_top_down.MECHANISM,
    scene_captions.MECHANISM,
    # all of these beside a Transformer
    transformer_attention.MECHANISM,
)
