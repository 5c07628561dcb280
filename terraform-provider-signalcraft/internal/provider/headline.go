package provider

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// columns is how long the summary of a diagnostic is at most: a terminal shows it in one line.
const columns = 80

// headline is a summary with a name in quotes, of which as much is cut as makes it too long.
func headline(before, name, after string) string {
	room := columns - utf8.RuneCountInString(before+after)
	return before + quotedWithin(name, room) + after
}

// quotedWithin is a text in quotes, cut to so many characters.
func quotedWithin(text string, room int) string {
	quoted := strconv.Quote(text)
	runes := []rune(text)
	for kept := len(runes) - 1; kept >= 0 && utf8.RuneCountInString(quoted) > room; kept-- {
		quoted = strconv.Quote(string(runes[:kept])) + "…"
	}
	return quoted
}

// fitted is a summary, cut at a word's end where it is too long.
func fitted(summary string) string {
	return cutAtWord(summary, columns)
}

func cutAtWord(text string, room int) string {
	runes := []rune(text)
	if len(runes) <= room {
		return text
	}
	cut := string(runes[:max(room-1, 0)])
	if end := strings.LastIndexByte(cut, ' '); end > len(cut)/2 {
		cut = cut[:end]
	}
	return strings.TrimRight(cut, " ,:;") + "…"
}
