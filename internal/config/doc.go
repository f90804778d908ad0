// Package config checks what constructs and environments are configured with, in
// plain Go: names, accounts, Regions, and the error that has all problems. What a
// construct asks of the tree that it is created in is package site, below.
package config
