"""The offline verifier: ten steps between a model's folder and a pipeline's permission to deploy it.

Standard library, ``cryptography``, ``rai.digests`` and ``rai.errors`` only: nothing else of this program is needed.
"""
