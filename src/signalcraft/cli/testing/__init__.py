"""Tests of where alerts go."""
