"""The functions of two earlier systems, on Holdpoint: switch by changing an import."""
