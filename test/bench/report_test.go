package main

import (
	"strings"
	"testing"
	"time"
)

func take(memory int64, times ...time.Duration) []sample {
	var samples []sample
	for _, time := range times {
		samples = append(samples, sample{time, memory})
	}
	return samples
}

func requireRows(t *testing.T, s section, r results, rows ...string) {
	t.Helper()
	var out strings.Builder
	s.report(&out, r)
	for _, row := range rows {
		if !strings.Contains(out.String(), row+"\n") {
			t.Errorf("%s: got\n%s\nwant a row\n%s", s.name, out.String(), row)
		}
	}
}

func TestStartComparesRunsOfATurn(t *testing.T) {
	requireRows(t, start, results{
		order: []string{"root app, as usual", "root app, lazyload", "root app, no provider package"},
		samples: map[string][]sample{
			"root app, as usual": take(800e6, 4*time.Second, 8*time.Second, 4*time.Second),
			// The middle turn was slow for all, and its ratio is as in the others.
			"root app, lazyload":            take(100e6, 1*time.Second, 2*time.Second, 1*time.Second),
			"root app, no provider package": take(80e6, 500*time.Millisecond, 1*time.Second, 500*time.Millisecond),
		},
	}, "| root app, lazyload | 1.00 s | 1.00 s | 100 MB | 0.25 | 0.12 | 2.00 |")
}

// What an app takes to start falls out of what a tier takes.
func TestTiersComparesWhatATierTakes(t *testing.T) {
	requireRows(t, tiers, results{samples: map[string][]sample{
		"10 kmstier.NewKmsTier":  take(0, 1*time.Second, 2*time.Second, 1*time.Second),
		"110 kmstier.NewKmsTier": take(0, 3*time.Second, 7*time.Second, 3*time.Second),
		"10 by hand":             take(0, 1*time.Second, 2*time.Second, 1*time.Second),
		"110 by hand":            take(0, 5*time.Second, 12*time.Second, 5*time.Second),
	}}, "| kmstier.NewKmsTier | 20.0 ms | 20.0 ms | 0.50 |", "| by hand | 40.0 ms | 40.0 ms | 1.00 |")
}

func TestScaleComparesATierWithThatOfAHundred(t *testing.T) {
	one := take(100e6, 1*time.Second)
	requireRows(t, scale, results{samples: map[string][]sample{
		"1, in one stack": one, "10, in one stack": one, "100, in one stack": take(200e6, 1990*time.Millisecond),
		"1000, in one stack": take(900e6, 12988*time.Millisecond),
		"10, ten a stack":    one, "100, ten a stack": take(200e6, 2980*time.Millisecond), "1000, ten a stack": take(900e6, 10990*time.Millisecond),
		"1, in one stack, by hand": one, "100, in one stack, by hand": one, "1000, in one stack, by hand": one,
	}},
		"| 1000, in one stack | 1 | 12.99 s | 12.99 s | 900 MB | 12.0 ms | 1.20 |",
		"| 1000, ten a stack | 100 | 10.99 s | 10.99 s | 900 MB | 10.0 ms | 0.50 |",
		"| 1, in one stack | 1 | 1.00 s | 1.00 s | 100 MB |  |  |")
}

func TestPlanComparesWithPlainHcl(t *testing.T) {
	requireRows(t, plan, results{
		order:   []string{"synthesized", "plain HCL"},
		samples: map[string][]sample{"synthesized": take(0, 3*time.Second), "plain HCL": take(0, 4*time.Second)},
	}, "| synthesized | 3.00 s | 3.00 s | 0.75 |")
}

func TestMedian(t *testing.T) {
	if got := median([]float64{9, 1, 2}); got != 2 {
		t.Errorf("of three: %v", got)
	}
	if got := median([]float64{4, 9, 1, 2}); got != 3 {
		t.Errorf("of four: %v", got)
	}
}

func TestWriteHcl(t *testing.T) {
	got, err := writeHcl([]byte(`{
		"terraform": {"backend": {"local": {"path": "x"}}, "required_providers": {"aws": {"source": "aws", "version": "5.100.0"}}},
		"provider": {"aws": [{"region": "us-east-1"}]},
		"data": {"aws_iam_policy_document": {"p": {"//": {"metadata": {}}, "statement": [{"actions": ["kms:*"], "condition": [{"test": "Bool"}]}]}}},
		"resource": {"aws_kms_key": {"k": {"policy": "${data.aws_iam_policy_document.p.json}", "enable_key_rotation": true, "tags": {"Name": "<k>"}}}},
		"output": {"id": {"value": "${aws_kms_key.k.key_id}-${aws_kms_key.k.id}"}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `terraform {
  backend "local" {}
  required_providers {
    aws = {"source":"aws","version":"5.100.0"}
  }
}
provider "aws" {
  region = "us-east-1"
}
data "aws_iam_policy_document" "p" {
  statement {
    actions = ["kms:*"]
    condition {
      test = "Bool"
    }
  }
}
resource "aws_kms_key" "k" {
  enable_key_rotation = true
  policy = data.aws_iam_policy_document.p.json
  tags = {"Name":"<k>"}
}
output "id" {
  value = "${aws_kms_key.k.key_id}-${aws_kms_key.k.id}"
}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
