package lang

// germanMedia is what is said of pictures, films and sound that come in.
var germanMedia = map[string]string{
	"This is no file that can be shown. Pictures are JPEG, PNG, GIF or WebP; films MP4 or WebM; sound MP3, Ogg, FLAC, WAV or AAC.": "Diese Datei lässt sich nicht zeigen. Bilder sind JPEG, PNG, GIF oder WebP; Filme MP4 oder WebM; Ton MP3, Ogg, FLAC, WAV oder AAC.",
	"Pictures of the kinds HEIC and AVIF cannot be read here. Send it as JPEG.":                                                    "Bilder der Arten HEIC und AVIF lassen sich hier nicht lesen. Schick es als JPEG.",
	"This server shows pictures, but no films or sound: its operator has not installed ffmpeg.":                                    "Dieser Server zeigt Bilder, aber keine Filme und keinen Ton: Wer ihn betreibt, hat ffmpeg nicht installiert.",
	"Cannot attach files that have not finished processing. Try again in a moment!":                                                "Die Datei wird noch fertig gemacht. Versuch es gleich noch einmal!",
	"This is longer than can be shown here. Shorten it, and send it again.":                                                        "Das ist länger, als hier gezeigt werden kann. Kürz es und schick es noch einmal.",
	"This film has more pixels or frames than can be shown here. Make it smaller, and send it again.":                              "Dieser Film hat mehr Pixel oder Bilder, als hier gezeigt werden können. Mach ihn kleiner und schick ihn noch einmal.",
	"This film or sound could not be read. MP4, WebM, MP3 and Ogg are sure to work.":                                               "Dieser Film oder Ton ließ sich nicht lesen. MP4, WebM, MP3 und Ogg gehen sicher.",
	"Only pictures can be shown here.":                                                    "Hier lassen sich nur Bilder zeigen.",
	"Cannot attach a video to a post that already contains images":                        "Ein Film oder Ton steht allein in einem Beitrag, ohne Bilder",
	"%d of your files are still being made ready. Send the next one when one of them is.": "%d deiner Dateien werden noch fertig gemacht. Schick die nächste, wenn eine davon fertig ist.",
	"Many films are being made ready right now. Send this one again in a few minutes.":    "Gerade werden viele Filme fertig gemacht. Schick diesen in ein paar Minuten noch einmal.",
	"Media attachment is currently used by a status":                                      "Ein Beitrag zeigt diese Datei",
}

// germanFiles: files in the form of a post.
var germanFiles = map[string]string{
	"A film or sound is made ready for all screens first. That can take a moment.": "Ein Film oder Ton wird erst für alle Bildschirme vorbereitet. Das kann einen Moment dauern.",
	"A file that you sent before is not here any more. Choose it again.":           "Eine Datei, die du vorhin geschickt hast, ist nicht mehr da. Wähle sie noch einmal aus.",
	"File %d":                       "Datei %d",
	"Film":                          "Film",
	"It is still being made ready.": "Sie wird noch vorbereitet.",
	"Pictures, films, sound":        "Bilder, Filme, Ton",
	"Sound":                         "Ton",
	"Your file is still being made ready for all screens. Nothing is lost: wait a moment, then send the form once more.": "Deine Datei wird noch für alle Bildschirme vorbereitet. Nichts ist verloren: Warte einen Moment und schick das Formular dann noch einmal ab.",
	"Many pictures come in right now. Send this one again in a minute.":                                                  "Gerade kommen viele Bilder an. Schick dieses in einer Minute noch einmal.",
	"This picture takes too much memory to read. Make it smaller, and send it again.":                                    "Dieses Bild braucht zu viel Speicher. Mach es kleiner und schick es noch einmal.",
}
