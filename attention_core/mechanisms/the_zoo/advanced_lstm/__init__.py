"""Advanced LSTM. Tao and Liu 2018."""
