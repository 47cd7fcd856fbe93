"""The one-minute script and its sound: what a survey found, said aloud in Chinese and English.

document -> view -> tally (numbers), surprises (facts) -> slots (sentences) -> fit (one minute) -> script -> text, json, ssml
script -> engines -> wav, opus
"""
