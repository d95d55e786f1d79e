"""Reads reports on green manufacturing and makes a knowledge graph in which every fact shows its sentence."""
