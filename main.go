// The root app: gives each environment of environments.yaml a stack with its KMS keys,
// their audit and a guard, and synthesizes them all.
package main

import "github.com/neurocipher-io/kmstier/tierapp"

func main() { tierapp.Main() }
