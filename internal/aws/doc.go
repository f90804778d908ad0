// Package aws holds what AWS documents about KMS and IAM, each fact once: the
// actions, condition keys and operators of policies, the forms of ARNs, patterns
// and policy variables, and the partitions with their Regions.
//
// It decides nothing and imports nothing of this module, so that documents,
// evaluation, analysis and constructs all read the same tables.
package aws
