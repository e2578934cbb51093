"""The public surface: what `__all__` names exists, and nothing public is missing from it."""

import classifier


def test_all_names_exist_and_are_sorted() -> None:
    assert [n for n in classifier.__all__ if not hasattr(classifier, n)] == []
    assert list(classifier.__all__) == sorted(classifier.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n))


def test_inference_does_not_import_training_or_sklearn() -> None:
    import subprocess
    import sys

    code = "import sys, classifier; classifier.Classifier.load().score('Some text.'); print([m for m in sys.modules if m.split('.')[0] in ('sklearn', 'pandas', 'fastapi') or m.startswith('classifier.training')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
