package main

func (r *Report) html() (string, error) { return "", nil }
