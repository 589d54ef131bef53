package sample

// The stories of the ice bucket challenge. Each line stands by itself, so that any two can follow one
// another.

var challengeHow = lines(`
Back garden, two buckets, one very surprised dog.
Did it on the fire escape so the whole street could enjoy it.
My daughter had been waiting years for permission to do this to me.
Eleven of us from the ward, in a row behind the ambulance bay, after the late shift.
The bucket was a paint bucket. I am now slightly magnolia.
On the jetty at six in the morning, nobody awake but the gulls.
We ran out of ice, so it was frozen peas and goodwill.
My neighbour poured from the balcony and missed twice.
Half-time on Sunday, both teams, both benches and the referee.
Did it in the car park of the supermarket where I work, in uniform, with the manager's blessing.
Grandad insisted on doing it in his suit.
The kids filled the bucket at breakfast and were very patient about it until lunch.
It was already raining, which took the edge off.
On the roof of the library, with the caretaker holding the ladder.
My chemistry class voted. It was not close.
We used the rain barrel, so the water had some history.
Three takes: in the first the bucket was empty, in the second it was upside down.
In the yard behind the bakery, flour and water, so by the end I was mostly dough.
My brother drove forty minutes just to be the one who pours.
Stood in the paddling pool so the lawn would get the benefit.
The whole choir, one after the other, holding the same note for as long as we could.
At the harbour with a fish crate full of ice that had clearly met fish before.
On our doorstep in slippers, because I had been promised it would be later.
Mum filmed it with her thumb over the lens, so you will have to trust the sound.
Wheelchair, towel, bucket, brakes on. Brakes matter.
At the allotment, and I have never been so popular with the people from plot nine.
Between two rehearsals, in costume, which the wardrobe mistress has not forgiven.
In the courtyard with all the neighbours at their windows, counting down in four languages.
The hose was frozen, so we carried it up from the river.
My class of nine-year-olds had drawn up a safety plan with a diagram.
`)

var challengeCold = lines(`
I had a sentence prepared and I did not get to say it.
The noise I made is now somebody's ringtone.
You forget every word you know for about four seconds.
It is colder than it looks, and it looks cold.
For a moment I could not move at all, which I suppose is the point.
My glasses went in the bucket first and then came back with it.
I thought I was brave until the second bucket.
The dog has not looked at me the same way since.
I laughed, then I stopped laughing, then I thought about it the whole way home.
There was a spoon in it. Nobody knows why there was a spoon.
I can report that ice has corners.
My ears are still ringing a little.
A towel straight from the dryer is the best thing humans have made.
I said I would not scream, and I will not discuss it further.
The cat watched from the sill with deep approval.
It takes your breath for a second; some people do not get it back.
`)

var challengeWhy = lines(`
For my uncle, who taught me to swim and cannot lift a cup any more.
For Mr Ellery from number twelve, who still beats everyone at chess, with his eyes.
I had never read about ALS before this week. I have now, and I keep thinking of how awake people are in it.
My best friend's mum was diagnosed in spring. This is the only thing I could think of that made her laugh.
For the patients I see on Tuesdays, and for the ones I do not see any more.
I did not know anyone with it. Then I posted about this and two old friends wrote to me.
My father had it for three years. He would have loved all this nonsense.
For Auntie Lou, who talks through a screen now and is still the rudest person at dinner.
I wanted to know what I was getting wet for, so I read the page first. Read the page.
For our old coach. He never let us stop at the second lap either.
A colleague told us at lunch, very quietly, and then asked us not to be quiet about it.
For my cousin's speech device, which has an accent she finds hilarious.
Because my granddaughter asked me what the letters stand for and I did not know.
I work in a lab two floors from people who study this, and I had never once asked them about it.
For Jo, who cared for her husband at home and never once called it hard.
It is a small thing, and there are a lot of us doing the small thing.
The man who fixed our roof has it. He cannot climb any more, so he tells his son where to put the tiles.
For the night carers. All of them.
Somebody did this for my family ten years ago, in another way, and I never found out who.
For a girl in my year at school who would have been thirty this month.
I am doing it for a stranger whose story I read at two in the morning.
My sister answers letters from families who have just been told. She reads every one twice.
For Dad. First summer without him.
The charity lent us a bed when we needed one overnight. I had not forgotten.
For my piano teacher, who conducts with one finger now and is stricter than ever.
My flatmate studies nerves and talked me through it with spaghetti. I understood, and then I wished I did not.
For everyone waiting three weeks for a letter with a result in it.
Last year I would have scrolled past. This year it is Emre from work.
For my wife's hands, which used to be the quick ones in the house.
Because my mother asked me to, by blinking, and nobody says no to my mother.
For the bakery's Tuesday man, who comes by wheelchair now and still wants the burnt one.
It made me ring a friend I had been afraid to ring.
For the man who taught half this town to drive.
For Ilse, sixty-two, who has started to learn Italian because her ears still work.
`)

var challengeGive = lines(`
Gave what I would have spent on lunch this week.
Ten from me, ten from my brother, who lost a bet.
I gave first and got wet after, as it should be.
The jar on the counter has been emptied into the fund.
My pocket money and my sister's, she knows about it.
Set up a small monthly gift instead of a big one. It felt more honest.
Gave an hour's wage.
We passed a hat round the office and it came back heavier than expected.
I could not give money this month, so I drove two people to the clinic.
The team's fines for being late have finally found a purpose.
I matched whatever my children put in. They put in a great deal of copper.
Gave, and wrote to my representative about research money while I was still dripping.
Tips from Friday night, all of them.
Sold the exercise bike. Everybody wins.
`)

var challengePass = lines(`
I have asked three people who owe me a favour.
Passing it to three who will do it better.
Three names sent. No hard feelings if it is not your year.
I asked my oldest friend, my newest, and the dentist.
If your name is one of the three and it is a bad week, please just let it go by.
Passed on to the three people who laughed loudest.
I only asked people I knew would say no if they wanted to.
One of my three is my mother, may she forgive me.
The whole back row of the choir should be nervous.
Asked my old class. We have not all spoken in ten years, so this is something.
Passed it to three colleagues and hid the ice machine's key.
My three know who they are, and I know where they live.
`)

var challengeWhole = lines(`
My grandmother watched the video four times and then asked, very seriously, whether the bucket was all right.
I read what the disease does before I did this, and I nearly did not post the video because it seemed silly next to it. Then Hal, who has it, told me silly is exactly what he misses.
We did it at the hospice with the residents as judges. Marks for style, marks for shouting. I came ninth of nine.
I was nominated on Monday and put it off all week. On Friday I met the neighbour's son, who does his mother's hair now, every morning before school. Did it on Friday.
Nobody nominated me. I just wanted to.
Late by two days, sorry. It rained, then I lost my nerve, then I found it again.
I am eighty-one and my doctor said lukewarm. It was lukewarm. The intention was ice.
Our street did it together: fourteen buckets, one after the other, like dominoes with towels.
I have ALS. I cannot lift a bucket, so I supervised, and I would like it known that I was merciless.
Did this with my ex-husband, because our son asked us to do one thing together this summer. It was a good thing.
The bus was late, so the whole queue did it. I did not know any of them this morning.
Not much to see: a bucket, a shriek, a long silence. But the gift went through.
I signed my story because I am deaf, and the cold made me sign very fast. My friends say I have an accent now.
My son is four and calls it the brrr game. He asked if the sick people get towels too. We talked about that for a while.
The apprentices did me, then I did the apprentices. Work resumed forty minutes later, damp.
In our village the well is the coldest thing there is. Twenty-two people queued. The oldest went first.
I do not like being filmed. So here is a photo of the puddle.
We lost Mateus in March. He would have hated the fuss and loved the puns.
Did it to thank the physiotherapist who comes on Wednesdays with the terrible jokes.
My lab did it in our coats, then went back in and finished the run. The gels came out fine.
Two buckets: one for me, one for the friend who was asked and cannot do it this week.
Half my face was numb for a minute. It came back. I thought about that for longer than a minute.
Swim club, outdoor pool, all lanes. The water was colder than the bucket, so in a way we won.
Took it on the ferry deck between two islands. The captain slowed down so we would not lose the bucket.
I was going to say something wise. I said a word my mother does not know I know.
Everyone at the care home wanted a turn, so we did it with teaspoons.
I asked the pharmacist for the biggest bag of ice she had and she came out and poured it herself.
First thing I have posted in a year. It was a bad year. This was a good five minutes.
`)

var challengeIn = map[string][]string{
	"de": lines(`
Im Hof, vor allen Nachbarn, mit Bademütze. Für Onkel Jochen, der heute mit den Augen schreibt und immer noch die besten Witze macht.
Ich wusste bis letzte Woche nicht, was ALS ist. Jetzt weiß ich es, und ich musste etwas tun.
Die ganze Station nach dem Spätdienst, neun Eimer, keine trockene Socke.
Meine Tochter hat gegossen und dabei sehr zufrieden ausgesehen.
Zwei Tage zu spät, dafür mit doppelt Eis.
Für Papa. Er hätte den Eimer selbst gehalten.
Erst gespendet, dann gebadet. Die Reihenfolge war mir wichtig.
Die freiwillige Feuerwehr meinte es gut. Zu gut.
Kurz konnte ich mich nicht bewegen. Darum geht es ja.
Ich habe drei gefragt, die auch Nein sagen dürfen.
Auf dem Schulhof, und die 4b hat laut rückwärts gezählt.
Es war so kalt, dass ich auf Platt geflucht habe.`),
	"es": lines(`
En la azotea, con toda la escalera mirando. Va por mi tía Amparo, que ya no puede hablar y lo dice todo.
No sabía qué era la ELA. Ahora sí, y no se me va de la cabeza.
Mi hijo llenó el cubo con una calma que da miedo.
Dos cubos: uno por mí y otro por quien no puede esta semana.
Primero doné y después me mojé, como debe ser.
El perro no me ha perdonado todavía.
Lo hicimos las once del turno de noche, detrás de urgencias.
Llego tarde, pero llego.
Por mi padre, que me enseñó a nadar.
El grito fue mío, lo reconozco.
He pasado el turno a tres amigos. Si no es buen momento, no pasa nada.
En la plaza, después del mercado, con el hielo del pescadero.`),
	"fr": lines(`
Dans la cour, devant tous les voisins. Pour Mado, qui écrit maintenant avec les yeux et n'a rien perdu de son humour.
Je ne connaissais pas la maladie. J'ai lu la page avant, je vous le conseille.
Ma fille a versé l'eau avec beaucoup trop de plaisir.
Deux jours de retard, mais deux fois plus de glaçons.
J'ai donné d'abord, crié ensuite.
Toute l'équipe de nuit, neuf seaux, pas une chaussette sèche.
Pour papa, premier été sans lui.
J'avais préparé une phrase. Elle est restée dans le seau.
Le chat a tout vu et n'a rien dit.
J'ai passé le tour à trois amis, qui ont le droit de dire non.`),
	"pt": lines(`
No quintal, com a rua inteira a ver. Pela minha tia, que agora fala com os olhos e continua a mandar em todos.
Eu não sabia o que era a ELA. Li primeiro, molhei-me depois.
A minha filha esperou anos por isto.
O balde era da tinta. Fiquei ligeiramente azul.
Doei o dinheiro do almoço da semana.
Atrasei dois dias, mas vim.
Pelo meu pai, que teria segurado o balde.
Na doca às seis da manhã, só com as gaivotas.
Gritei, sim. Não se fala mais nisso.
Passei a vez a três amigos. Se não for boa semana, deixem passar.
O turno da noite inteiro, atrás das urgências, nove baldes.`),
}
