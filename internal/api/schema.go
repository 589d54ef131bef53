package api

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/id"
)

// object is a JSON object in the making.
type object = map[string]any

const (
	exampleID   = "117104873472131072"
	exampleTime = "2026-05-17T09:30:00.000Z"
)

var (
	typeID   = reflect.TypeFor[id.ID]()
	typeRef  = reflect.TypeFor[Ref]()
	typeTime = reflect.TypeFor[Time]()
)

// schemas makes JSON Schemas (draft 2020-12, as OpenAPI 3.1 has them) of the Go
// types that handlers take and give. A field's tags say the rest: about its
// meaning, enum its words, max its characters, example a value. A field that
// may be left out is tagged omitempty; a pointer is a value that may be null.
type schemas struct{ components object }

// of is the schema of a type; structs become components.
func (s *schemas) of(t reflect.Type) object {
	switch t {
	case typeID, typeRef:
		return object{"$ref": "#/components/schemas/ID"}
	case typeTime:
		return object{"$ref": "#/components/schemas/Time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(s.of(t.Elem()))
	case reflect.Slice:
		elem := t.Elem()
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		return object{"type": "array", "items": s.of(elem)}
	case reflect.Struct:
		return s.component(t, false)
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer", "format": "int64"}
	}
	return object{"type": "string"}
}

// component is a reference to a struct's schema. In a partial one no field is
// needed.
func (s *schemas) component(t reflect.Type, partial bool) object {
	name := t.Name()
	if partial {
		name += "Changes"
	}
	ref := object{"$ref": "#/components/schemas/" + name}
	if _, done := s.components[name]; done {
		return ref
	}
	properties, required := object{}, []string{}
	schema := object{"type": "object", "properties": properties}
	s.components[name] = schema
	for _, f := range fields(t) {
		properties[f.name] = s.field(f)
		if !f.optional {
			required = append(required, f.name)
		}
	}
	if len(required) > 0 && !partial {
		schema["required"] = required
	}
	return ref
}

func (s *schemas) field(f field) object {
	t, null := f.Type, false
	if t.Kind() == reflect.Pointer {
		t, null = t.Elem(), true
	}
	schema := s.of(t)
	if words := strings.Fields(f.Tag.Get("enum")); len(words) > 0 {
		schema = object{"type": "string", "enum": words}
	}
	if most, err := strconv.Atoi(f.Tag.Get("max")); err == nil {
		schema["maxLength"] = most
	}
	if null {
		schema = nullable(schema)
	}
	if about := f.Tag.Get("about"); about != "" {
		schema["description"] = about
	}
	return schema
}

func nullable(schema object) object {
	if _, ok := schema["$ref"]; ok {
		return object{"anyOf": []object{schema, {"type": "null"}}}
	}
	schema["type"] = []any{schema["type"], "null"}
	if words, ok := schema["enum"].([]string); ok {
		list := make([]any, 0, len(words)+1)
		for _, w := range words {
			list = append(list, w)
		}
		schema["enum"] = append(list, nil)
	}
	return schema
}

// field is a struct's field as JSON knows it.
type field struct {
	reflect.StructField
	name     string
	optional bool
}

// fields are a struct's, with those of embedded ones.
func fields(t reflect.Type) (all []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			all = append(all, fields(f.Type)...)
			continue
		}
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, field{f, name, rest == "omitempty"})
	}
	return all
}

// example is a value of the type, from the examples of its fields.
func example(t reflect.Type) any { return exampleOf(t, "", nil) }

// exampleOf is a value of the type; said is its field's example, and in are the
// types that it is part of.
func exampleOf(t reflect.Type, said string, in []reflect.Type) any {
	switch t {
	case typeID, typeRef:
		return exampleID
	case typeTime:
		return exampleTime
	}
	switch t.Kind() {
	case reflect.Pointer:
		if slices.Contains(in, t.Elem()) || said == "" && t.Elem().Kind() != reflect.Struct {
			return nil
		}
		return exampleOf(t.Elem(), said, in)
	case reflect.Slice:
		return exampleList(t, said, in)
	case reflect.Struct:
		o := object{}
		for _, f := range fields(t) {
			said, ok := f.Tag.Lookup("example")
			words := strings.Fields(f.Tag.Get("enum"))
			if said == "" && len(words) > 0 && !f.optional && f.Type.Kind() != reflect.Pointer {
				said = words[0]
			}
			if !f.optional || ok && said != "" {
				o[f.name] = exampleOf(f.Type, said, append(in, t))
			}
		}
		return o
	case reflect.Bool:
		return said == "true"
	}
	if n, err := strconv.ParseFloat(said, 64); err == nil {
		return n
	}
	return said
}

func exampleList(t reflect.Type, said string, in []reflect.Type) any {
	elem := t.Elem()
	if elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	list := []any{}
	if elem.Kind() == reflect.Struct || elem == typeRef {
		if !slices.Contains(in, elem) {
			list = append(list, exampleOf(elem, said, in))
		}
		return list
	}
	for _, word := range strings.Fields(said) {
		list = append(list, exampleOf(elem, word, in))
	}
	return list
}
