package hclexpr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Token is a value that is known only when Terraform plans or applies, or a text
// with such a value in it.
type Token struct {
	// Text has ${...} for what is not known.
	Text string
	// Whole is true where the value is nothing but one expression, of which not
	// even is known whether it is a text.
	Whole bool
}

// IsKnown reports whether no [Token] stands in a value of [Expression.Evaluate].
func IsKnown(value any) bool {
	switch value := value.(type) {
	case Token:
		return false
	case []any:
		for _, item := range value {
			if !IsKnown(item) {
				return false
			}
		}
	case map[string]any:
		for name, item := range value {
			if strings.Contains(name, "${") || !IsKnown(item) {
				return false
			}
		}
	}
	return true
}

// Plain is a value of [Expression.Evaluate] with the text of each [Token] in its
// place.
func Plain(value any) any {
	switch value := value.(type) {
	case Token:
		return value.Text
	case []any:
		plain := make([]any, len(value))
		for i, item := range value {
			plain[i] = Plain(item)
		}
		return plain
	case map[string]any:
		plain := make(map[string]any, len(value))
		for name, item := range value {
			plain[name] = Plain(item)
		}
		return plain
	}
	return value
}

// size counts the values within a value, at most up to a limit.
func size(value any, limit int) int {
	count := 1
	switch value := value.(type) {
	case string:
		count += len(value) / 16
	case Token:
		count += len(value.Text) / 16
	case []any:
		for _, item := range value {
			if count += size(item, limit-count); count > limit {
				return count
			}
		}
	case map[string]any:
		for _, item := range value {
			if count += size(item, limit-count); count > limit {
				return count
			}
		}
	}
	return count
}

// textOf is the text that Terraform makes of a value where it needs one.
func textOf(value any) (text string, is bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case bool:
		return strconv.FormatBool(value), true
	case json.Number:
		return value.String(), true
	}
	return "", false
}

// truthOf is the truth value of a condition: Terraform takes "true" for true.
func truthOf(value any) (truth, is bool) {
	switch value {
	case true, "true":
		return true, true
	case false, "false":
		return false, true
	}
	return false, false
}

// fromCty is a value of Terraform's type system in the form of JSON; false where
// it has none.
func fromCty(value cty.Value) (any, bool) {
	if value == cty.NilVal || !value.IsWhollyKnown() || value.ContainsMarked() {
		return nil, false
	}
	// A number of 10,000 digits is no number that somebody wrote.
	for _, part := range cty.DeepValues(value) {
		if part.Type() == cty.Number && !part.IsNull() && part.AsBigFloat().MantExp(nil) > 33_000 {
			return nil, false
		}
	}
	encoded, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var decoded any
	if decoder.Decode(&decoded) != nil {
		return nil, false
	}
	return decoded, true
}

// toCty is the opposite of fromCty; a [Token] counts as its text.
func toCty(value any) (cty.Value, error) {
	switch value := value.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case string:
		return cty.StringVal(value), nil
	case Token:
		return cty.StringVal(value.Text), nil
	case bool:
		return cty.BoolVal(value), nil
	case float64:
		return cty.NumberFloatVal(value), nil
	case json.Number:
		return cty.ParseNumberVal(value.String())
	case []any:
		items := make([]cty.Value, len(value))
		for i, item := range value {
			converted, err := toCty(item)
			if err != nil {
				return cty.NilVal, err
			}
			items[i] = converted
		}
		return cty.TupleVal(items), nil
	case map[string]any:
		members := make(map[string]cty.Value, len(value))
		for name, item := range value {
			converted, err := toCty(item)
			if err != nil {
				return cty.NilVal, err
			}
			members[name] = converted
		}
		return cty.ObjectVal(members), nil
	}
	return cty.NilVal, fmt.Errorf("%T is no value of JSON", value)
}
