package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

func newRequest(request evaluation.Request) RequestJson {
	example := RequestJson{Principal: request.Principal, Action: request.Action, EncryptionContext: request.EncryptionContext}
	for name, values := range request.Context {
		if len(values) > 0 {
			if example.Conditions == nil {
				example.Conditions = map[string][]string{}
			}
			example.Conditions[name] = values
		}
	}
	return example
}

// String says the request in words: "arn:aws:iam::111122223333:role/Etl calls
// kms:Decrypt through s3.us-east-1.amazonaws.com with app=shop".
func (r RequestJson) String() string {
	text := r.Principal + " calls " + r.Action
	var conditions []string
	for _, name := range slices.Sorted(maps.Keys(r.Conditions)) {
		if strings.EqualFold(name, "kms:ViaService") {
			text += " through " + strings.Join(r.Conditions[name], ", ")
			continue
		}
		conditions = append(conditions, name+"="+strings.Join(r.Conditions[name], ","))
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(r.EncryptionContext)) {
		pairs = append(pairs, name+"="+r.EncryptionContext[name])
	}
	if len(pairs) > 0 {
		text += " with the encryption context " + strings.Join(pairs, ", ")
	}
	if len(conditions) > 0 {
		text += " where " + strings.Join(conditions, ", ")
	}
	return text
}
