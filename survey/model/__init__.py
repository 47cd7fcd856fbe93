"""Frozen types that every other layer speaks: the vocabulary, the JSON contract, the IR, errors and the progress port."""
