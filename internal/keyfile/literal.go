package keyfile

import (
	"encoding/json"
	"fmt"
	"strings"
)

// readLiteral reads the argument of jsonencode as CDKTF writes it: an object
// constructor of Terraform's language, with lists, texts, numbers and truth
// values. Any other expression becomes the text ${expression}.
func readLiteral(text string) (any, error) {
	p := literalParser{text: text}
	value, err := p.value(0)
	if err == nil && p.peek() != 0 {
		err = fmt.Errorf("unexpected %q", p.rest())
	}
	return value, err
}

const maxLiteralDepth = 64

type literalParser struct {
	text string
	at   int
}

func (p *literalParser) peek() byte {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *literalParser) rest() string {
	rest := p.text[p.at:]
	if len(rest) > 20 {
		rest = rest[:20] + "..."
	}
	return rest
}

func (p *literalParser) value(depth int) (any, error) {
	if depth > maxLiteralDepth {
		return nil, fmt.Errorf("is nested more than %d deep", maxLiteralDepth)
	}
	switch p.peek() {
	case 0:
		return nil, fmt.Errorf("ends early")
	case '{':
		return p.object(depth)
	case '[':
		return p.list(depth)
	case '"':
		start := p.at
		text, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if next := p.peek(); next == 0 || strings.IndexByte(",]}=:", next) >= 0 {
			return text, nil
		}
		p.at = start
	}
	return p.expression()
}

func (p *literalParser) object(depth int) (any, error) {
	object := map[string]any{}
	p.at++
	for p.peek() != '}' {
		var name string
		if p.peek() == '"' {
			text, err := p.quoted()
			if err != nil {
				return nil, err
			}
			name = text
		} else {
			start := p.at
			for p.at < len(p.text) && strings.IndexByte(" \t\r\n=:,}", p.text[p.at]) < 0 {
				p.at++
			}
			name = strings.Trim(p.text[start:p.at], "()")
		}
		if next := p.peek(); next != '=' && next != ':' {
			return nil, fmt.Errorf("has %q where = must follow the name %q", p.rest(), name)
		}
		p.at++
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		object[name] = value
		if p.peek() == ',' {
			p.at++
		} else if p.peek() == 0 {
			return nil, fmt.Errorf("ends early")
		}
	}
	p.at++
	return object, nil
}

func (p *literalParser) list(depth int) (any, error) {
	list := []any{}
	p.at++
	for p.peek() != ']' {
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if p.peek() == ',' {
			p.at++
		} else if p.peek() == 0 {
			return nil, fmt.Errorf("ends early")
		}
	}
	p.at++
	return list, nil
}

// quoted reads a text; what stands in ${...} within it stays as it is.
func (p *literalParser) quoted() (string, error) {
	start := p.at
	var text strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch {
		case p.text[p.at] == '\\' && p.at+1 < len(p.text):
			var char string
			end := p.at + 2
			if p.text[p.at+1] == 'u' {
				end = min(p.at+6, len(p.text))
			}
			if err := json.Unmarshal([]byte(`"`+p.text[p.at:end]+`"`), &char); err != nil {
				return "", fmt.Errorf("has the unknown escape %s", p.text[p.at:end])
			}
			text.WriteString(char)
			p.at = end - 1
		case strings.HasPrefix(p.text[p.at:], "$${"):
			text.WriteString("$${")
			p.at += 2
		case strings.HasPrefix(p.text[p.at:], "${"):
			end := p.at + placeholderEnd(p.text[p.at:])
			text.WriteString(p.text[p.at:end])
			p.at = end - 1
		case p.text[p.at] == '"':
			p.at++
			return text.String(), nil
		default:
			text.WriteByte(p.text[p.at])
		}
	}
	return "", fmt.Errorf("has a text without end: %.20s", p.text[start:])
}

// placeholderEnd is where the ${...} ends with which text begins.
func placeholderEnd(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// expression reads up to the end of an expression: a comma or closing bracket
// outside of its own brackets and texts.
func (p *literalParser) expression() (any, error) {
	start, depth := p.at, 0
scan:
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '"':
			if _, err := p.quoted(); err != nil {
				return nil, err
			}
			p.at--
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				break scan
			}
			depth--
		case ',':
			if depth == 0 {
				break scan
			}
		}
	}
	expression := strings.TrimSpace(p.text[start:p.at])
	var constant any
	switch {
	case expression == "":
		return nil, fmt.Errorf("has %q where a value must be", p.rest())
	case json.Unmarshal([]byte(expression), &constant) == nil:
		return constant, nil
	}
	return "${" + expression + "}", nil
}
