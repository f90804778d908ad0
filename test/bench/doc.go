// The bench command measures what apps for CDKTF cost, in time and in memory of
// the Node process behind them. From the root of the repository:
//
//	go run ./test/bench                    # all sections, in about ten minutes
//	go run ./test/bench -only start,plan   # some of start, tiers, scale, plan
//
// It builds the programs first. What a section compares runs in turns, so that
// what else the machine does falls on all alike, and ratios are of runs of the
// same turn. The report is Markdown, for docs/performance.md.
package main
